/** A second look: the same program before the change, or with every rule right, beside the picture of now. */

import { showKinks } from "../../figure/picture/kink-marks.js";
import { createPictureView } from "../../figure/picture/view.js";
import { icon, make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").Values} Values */
/** @typedef {{width: number, height: number}} Size */

const CROSS = "M5 5l10 10M15 5L5 15";
/** Marks of the picture of now that the second one lacks. */
const OF_NOW = ".changes, .pushes, .cell-mark, .blanks";
const SELECTED = ["selected", "current", "made-by"];

/**
 * Return where the second picture stands beside the first, so that both are as large as can be.
 * @param {Size} picture
 * @param {Size} view for both
 * @returns {"above" | "left"}
 */
export function sideOf(picture, view) {
  const above = Math.min(view.width / picture.width, view.height / 2 / picture.height);
  const left = Math.min(view.width / 2 / picture.width, view.height / picture.height);
  return left > above ? "left" : "above";
}

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountSecond(app, root) {
  const { store, t } = app;
  const view = /** @type {HTMLElement} */ (root.parentElement);
  const title = make("h2", {});
  const now = make("h2", { class: "second-now" });
  const close = make("button", { type: "button", class: "trace-close" }, icon(CROSS));
  const place = make("div", { class: "second-picture" });
  root.append(place, title, now, close);
  const second = createPictureView(place, () => app.graph);
  const forRules = byId("second-rules");
  const compareRules = make("button", { type: "button", class: "boxed" });
  forRules.append(compareRules);
  /** The numbers of the second picture, and the picture with its words for screen readers. @type {{values: Values, words: string} | null} */
  let found = null;

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
      const { open, labels, lang } = store.all();
      const body = { ...app.api.body(), ...extra };
      const [values, words] = await Promise.all([app.api.post("/graphs/values", body), app.api.post("/graphs/picture", { ...body, open, labels, lang })]);
      return { values, words };
    },
    (answer) => {
      if (!other()) return;
      found = answer;
      draw();
    },
    ignoreFailedCall,
  );

  /** Show the picture of now with the other numbers, at the same place and scale. */
  function draw() {
    const { svg, size } = app.view;
    if (!svg || !found || root.hidden || found.values.structure !== app.graph?.structure) return;
    const copy = /** @type {SVGSVGElement} */ (svg.cloneNode(true));
    for (const mark of copy.querySelectorAll(OF_NOW)) mark.remove();
    for (const name of SELECTED) for (const part of copy.querySelectorAll(`.${name}`)) part.classList.remove(name);
    copy.querySelector(":scope > .viewport")?.replaceWith(...(copy.querySelector(":scope > .viewport")?.childNodes ?? []));
    copy.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    second.insert(copy);
    if (store.get("labels") === "numbers") second.setValues(found.values);
    second.mark("wrong", found.values.wrong);
    showKinks(second, t, found.values.kinks ?? []);
    second.renewWords(found.words);
    for (const part of second.svg?.querySelectorAll("[tabindex]") ?? []) part.removeAttribute("tabindex");
    follow();
  }

  /** Move as the picture of now does. */
  function follow() {
    const [from, to] = [app.view, second];
    if (!from.svg || !to.svg || !from.viewport || !to.viewport) return;
    to.viewport.setAttribute("transform", from.viewport.getAttribute("transform") ?? "");
    to.svg.style.transform = from.svg.style.transform;
  }

  let frame = 0;
  const moves = new MutationObserver(follow);
  // Letters grow as one goes away, and parts of a large picture come and go.
  const letters = new MutationObserver(() => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      draw();
    });
  });

  /** Watch the picture of now, or no longer. @param {boolean} on */
  function watch(on) {
    moves.disconnect();
    letters.disconnect();
    const { svg, viewport } = app.view;
    if (!on || !svg || !viewport) return;
    moves.observe(svg, { attributes: true, attributeFilter: ["style"] });
    moves.observe(viewport, { attributes: true, attributeFilter: ["transform"] });
    for (const layer of viewport.querySelectorAll(":scope > :is(.edges, .nodes, .groups)")) {
      letters.observe(layer, { attributes: true, attributeFilter: ["transform", "display", "style"], childList: true, subtree: true });
    }
  }

  function split() {
    const side = root.hidden ? null : sideOf(app.view.size, { width: view.clientWidth, height: view.clientHeight });
    view.classList.toggle("second-above", side === "above");
    view.classList.toggle("second-left", side === "left");
  }

  function render() {
    const extra = other();
    compareRules.textContent = t("Beside the right rules");
    compareRules.setAttribute("aria-pressed", String(store.get("second") === "rules"));
    forRules.hidden = store.get("mistakes").length === 0;
    root.hidden = extra === null;
    split();
    watch(extra !== null);
    if (!extra) {
      ask.drop();
      found = null;
      return place.replaceChildren();
    }
    const rules = store.get("second") === "rules";
    title.textContent = rules ? t("With the right rules") : t("Before");
    now.textContent = rules ? t("With the broken rule") : t("Now");
    close.setAttribute("aria-label", t("One picture again"));
    close.title = t("One picture again");
    void ask.ask(extra);
  }

  close.addEventListener("click", () => store.set({ second: null }));
  compareRules.addEventListener("click", () => store.set({ second: store.get("second") === "rules" ? null : "rules" }));
  store.subscribe(["second", "before", "mistakes", "open", "labels", "lang", "step"], render);
  store.subscribe(["program"], () => store.set({ second: null }, { history: "replace" }));
  app.on("values", () => store.get("second") === "rules" && render());
  app.on("picture", () => (root.hidden ? undefined : render()));
  app.on("graph", render);
  window.addEventListener("resize", split);
  render();
}

/** @param {App} app */
export const mount = (app) => mountSecond(app, byId("second"));
