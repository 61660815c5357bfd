/** A second look: the same program before the change, or with every rule right, beside the picture of now. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";

/** @typedef {import("../../figure/types.js").App} App */

/** Wider graphs have the second picture above the first, taller ones at its left. */
const WIDE = 1.4;
/** Largest scale of the second picture, and the least at which its numbers are told. */
const LARGEST = 1.4;
const LEAST = 0.86;

/**
 * Return the scale at which a picture fits its place.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} place
 */
export const scaleOf = (picture, place) => Math.max(LEAST, Math.min(LARGEST, place.width / picture.width, place.height / picture.height));

/** @param {string} text an SVG document */
function parsed(text) {
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  return /** @type {SVGSVGElement} */ (/** @type {unknown} */ (document.importNode(root, true)));
}

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountSecond(app, root) {
  const { store, t } = app;
  const view = /** @type {HTMLElement} */ (root.parentElement);
  const title = make("h2", {});
  const close = make("button", { type: "button", class: "link" });
  const place = make("div", { class: "second-picture" });
  root.append(make("header", {}, title, close), place);
  const forRules = byId("second-rules");
  const compareRules = make("button", { type: "button", class: "boxed" });
  forRules.append(compareRules);

  /** What the second picture has in place of the page's own: nothing to compare is null. */
  function other() {
    const kind = store.get("second");
    const { before, mistakes } = store.all();
    if (app.mode !== "explore") return null;
    if (kind === "before" && before) return { inputs: before };
    if (kind === "rules" && mistakes.length > 0) return { mistakes: [] };
    return null;
  }

  const ask = oneAtATime(
    async (/** @type {object} */ extra) => {
      const first = parsed(await app.api.post("/graphs/picture", { ...picture(), ...extra }, "second picture"));
      const { width, height } = first.viewBox.baseVal;
      split(width / height);
      const zoom = scaleOf({ width, height }, { width: place.clientWidth - 8, height: place.clientHeight - 8 });
      return parsed(await app.api.post("/graphs/picture", { ...picture(), ...extra, zoom }, "second picture"));
    },
    (svg) => {
      if (!other()) return;
      for (const element of svg.querySelectorAll("[tabindex]")) element.removeAttribute("tabindex");
      place.replaceChildren(svg);
      // As the picture of now, one that is too wide shows its output first.
      place.scrollLeft = place.scrollWidth;
    },
    ignoreFailedCall,
  );

  function picture() {
    const { open, labels, lang } = store.all();
    return { ...app.api.body(), open, labels, lang };
  }

  /** @param {number | null} aspect null: one picture alone */
  function split(aspect) {
    view.classList.toggle("second-above", aspect !== null && aspect >= WIDE);
    view.classList.toggle("second-left", aspect !== null && aspect < WIDE);
  }

  function render() {
    const extra = other();
    compareRules.textContent = t("Beside the right rules");
    compareRules.setAttribute("aria-pressed", String(store.get("second") === "rules"));
    forRules.hidden = store.get("mistakes").length === 0;
    root.hidden = extra === null;
    if (!extra) {
      ask.drop();
      split(null);
      return place.replaceChildren();
    }
    title.textContent = store.get("second") === "rules" ? t("With the right rules") : t("Before");
    close.textContent = t("One picture again");
    void ask.ask(extra);
  }

  close.addEventListener("click", () => store.set({ second: null }));
  compareRules.addEventListener("click", () => store.set({ second: store.get("second") === "rules" ? null : "rules" }));
  store.subscribe(["second", "before", "mistakes", "open", "labels", "lang", "step"], render);
  store.subscribe(["program"], () => store.set({ second: null }, { history: "replace" }));
  app.on("values", () => store.get("second") === "rules" && render());
  app.on("graph", render);
  render();
}

/** @param {App} app */
export const mount = (app) => mountSecond(app, byId("second"));
