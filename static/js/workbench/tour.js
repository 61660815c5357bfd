/** A one-minute tour of the workbench, offered at the first visit only. */

import { remember } from "../kit/appearance.js";
import { make } from "../kit/element.js";
import { msg } from "../kit/i18n.js";
import { placeBeside } from "./card-place.js";
import { reveal } from "./sheet.js";

/** @typedef {{target: string, title: string, text: string, selects?: boolean}} Stop `selects` a node to say something of */

/** @type {Stop[]} */
const STOPS = [
  {
    target: "#canvas",
    title: msg("The graph"),
    text: msg("Values go forward along the thin blue arrows, gradients come back along the thick orange ones."),
  },
  {
    target: "#part-inputs",
    title: msg("Drag an input"),
    text: msg("Move a slider or type a number: every value and every gradient follows at once."),
  },
  {
    target: "#stepper",
    title: msg("Walk step by step"),
    text: msg("Press → to compute one node after another, forward and then backward. Each step says which rule it applies."),
  },
  {
    target: "#part-inspector",
    selects: true,
    title: msg("Click a node or an arrow"),
    text: msg("Here you see where its numbers come from: the rule, the chain rule along each path, a numerical check."),
  },
  {
    target: "#example-button",
    title: msg("Open a layer"),
    text: msg("The examples go from two apples to a net. A box with a + opens to show the nodes inside, and closes again."),
  },
  {
    target: "#lecture-link",
    title: msg("Learn it from the start"),
    text: msg("The lecture explains backpropagation part by part, each with a graph to try it on."),
  },
];

const KEY = "chainrule.tour";

/** Whether the tour was offered before; remembers that it now was. */
function offered() {
  try {
    const before = localStorage.getItem(KEY) !== null;
    localStorage.setItem(KEY, "offered");
    return before;
  } catch {
    return false;
  }
}

/** @param {import("../figure/types.js").App} app */
export function mountTour(app) {
  const { t, store } = app;
  const offer = document.getElementById("tour-offer");
  /** @type {HTMLElement | null} */
  let card = null;
  /** @type {Element | null} */
  let target = null;
  /** @type {Element | null} the element focused before the tour */
  let from = null;
  let at = 0;
  /** The node that the tour has selected. @type {string | null} */
  let selected = null;

  /** @param {boolean} [wanted] whether the stop needs a selected node */
  function select(wanted) {
    const first = app.graph?.nodes[0]?.id;
    if (wanted && first && store.get("selected") === null) app.select((selected = first));
    if (wanted || selected === null) return;
    if (store.get("selected") === selected) app.select(null);
    selected = null;
  }

  function place() {
    if (!card || !target) return;
    const { left, top } = placeBeside(target.getBoundingClientRect(), card.getBoundingClientRect(), { width: document.documentElement.clientWidth, height: window.innerHeight });
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }

  /** @param {number} k */
  function show(k) {
    const stop = STOPS[k];
    if (!stop) return end();
    at = k;
    select(stop.selects);
    target?.classList.remove("tour-target");
    target = document.querySelector(stop.target);
    target?.classList.add("tour-target");
    if (target) reveal(target);
    // What is taller than its place is shown from its beginning.
    const taller = (target?.clientHeight ?? 0) > (target?.parentElement?.clientHeight ?? 0);
    target?.scrollIntoView({ block: taller ? "start" : "nearest" });
    const button = (/** @type {string} */ words, /** @type {() => void} */ run, attributes = {}) => {
      const made = make("button", { type: "button", ...attributes }, words);
      made.addEventListener("click", run);
      return made;
    };
    const next = button(k + 1 < STOPS.length ? t("Next") : t("Done"), () => show(k + 1), { class: "boxed" });
    const fresh = make(
      "section",
      { class: "tour-card", role: "dialog", "aria-labelledby": "tour-title", "aria-describedby": "tour-text" },
      make("p", { class: "muted tour-count" }, t("{k} of {n}", { k: k + 1, n: STOPS.length })),
      make("h2", { id: "tour-title" }, t(stop.title)),
      make("p", { id: "tour-text" }, t(stop.text)),
      make(
        "div",
        { class: "tour-buttons" },
        button(t("End the tour"), end, { class: "link muted" }),
        k > 0 && button(t("Back"), () => show(k - 1)),
        next,
      ),
    );
    fresh.addEventListener("keydown", onKey);
    if (card) card.replaceWith(fresh);
    else document.body.append(fresh);
    card = fresh;
    place();
    next.focus({ preventScroll: true });
  }

  /** @param {KeyboardEvent} event */
  function onKey(event) {
    // Arrow keys reach the graph, which one of the stops is about.
    if (event.key !== "Escape") return;
    end();
    event.preventDefault();
    event.stopPropagation();
  }

  function begin() {
    from = document.activeElement;
    offer?.remove();
    show(0);
  }

  function end() {
    select();
    target?.classList.remove("tour-target");
    card?.remove();
    card = target = null;
    if (from instanceof HTMLElement && from.isConnected && from !== document.body) from.focus();
    else /** @type {HTMLElement | null} */ (document.getElementById("help-button"))?.focus();
  }

  window.addEventListener("resize", place);
  window.addEventListener("scroll", place, { passive: true });
  store.subscribe(["lang"], () => card && show(at));
  document.getElementById("tour-begin")?.addEventListener("click", begin);
  document.getElementById("tour-skip")?.addEventListener("click", () => {
    offer?.remove();
    document.getElementById("help-button")?.focus();
  });
  document.getElementById("tour-again")?.addEventListener("click", () => {
    /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts")).close();
    begin();
  });
  if (offered()) offer?.remove();
  remember("tour", "offered");
}
