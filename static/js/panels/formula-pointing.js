/** Pointing at a name or a number of a formula marks its place in the graph, and the other way round. */

import { around, placesOf, plainName } from "./formula-places.js";

/** Elements whose formulas are about the graph on the page. */
const ROOTS = ["inspector", "stepper"];
/** What is pointed at: a name with its index is one. */
const TOKENS = "msub, mi, mtext, mn";

/** @typedef {{element: Element, token: {name: string} | {number: string}}} Token */

/**
 * Read the name or the number at an element of a formula.
 * @param {Element} element
 * @returns {Token | null}
 */
function tokenAt(element) {
  const index = element.closest("msub");
  const leaf = index?.firstElementChild?.matches("mi, mtext") ? index : element.closest(TOKENS);
  if (!leaf?.closest(".formula, .step-formula")) return null;
  if (leaf.localName === "mn") return { element: leaf, token: { number: leaf.textContent ?? "" } };
  const name = leaf === index ? [...leaf.children].map((part) => part.textContent).join("_") : (leaf.textContent ?? "");
  return { element: leaf, token: { name: plainName(name) } };
}

/** @param {import("../figure/types.js").App} app */
export function mount(app) {
  const roots = ROOTS.flatMap((id) => document.getElementById(id) ?? []);
  const canvas = document.getElementById("canvas");
  if (!canvas) return;

  /** Parts among which a number is looked for: around the selection, or lit by the step. */
  function near() {
    const { graph, view } = app;
    const selected = app.store.get("selected");
    if (!graph) return new Set();
    const parts = selected === null ? new Set() : around(selected, graph);
    if (app.store.get("step") !== null) {
      for (const lit of view.svg?.querySelectorAll("[data-id].lit") ?? []) {
        for (const part of around(lit.getAttribute("data-id") ?? "", graph)) parts.add(part);
      }
    }
    return parts;
  }

  /** @param {Token | null} found */
  function pointFrom(found) {
    const { graph } = app;
    // What is asked in a blank is not told.
    app.view.mark("pointed", found && graph && app.mode !== "quiz" ? placesOf(found.token, graph, near()) : []);
  }

  /** @param {string | null} id */
  function pointTo(id) {
    const { graph } = app;
    const own = graph && { ...graph, nodes: graph.nodes.filter((node) => node.id === id), edges: graph.edges.filter((edge) => edge.id === id) };
    const parts = id === null || app.mode === "quiz" ? new Set() : near();
    for (const root of roots) {
      for (const element of root.querySelectorAll(".pointed")) element.classList.remove("pointed");
      if (id === null || !own || app.mode === "quiz") continue;
      for (const element of root.querySelectorAll(TOKENS)) {
        const found = tokenAt(element);
        if (found?.element === element && placesOf(found.token, own, parts).length > 0) element.classList.add("pointed");
      }
    }
  }

  for (const root of roots) {
    root.addEventListener("pointerover", ({ target }) => {
      const chosen = target instanceof Element ? target.closest("[data-select]") : null;
      if (chosen) app.view.mark("pointed", [chosen.getAttribute("data-select") ?? ""]);
      else pointFrom(target instanceof Element ? tokenAt(target) : null);
    });
    root.addEventListener("focusin", ({ target }) => {
      const chosen = target instanceof Element ? target.closest("[data-select]") : null;
      app.view.mark("pointed", chosen ? [chosen.getAttribute("data-select") ?? ""] : []);
    });
    for (const leave of ["pointerleave", "focusout"]) root.addEventListener(leave, () => app.view.mark("pointed", []));
  }
  const idAt = (/** @type {EventTarget | null} */ target) => (target instanceof Element ? (target.closest("[data-id]")?.getAttribute("data-id") ?? null) : null);
  for (const enter of ["pointerover", "focusin"]) canvas.addEventListener(enter, ({ target }) => pointTo(idAt(target)));
  for (const leave of ["pointerleave", "focusout"]) canvas.addEventListener(leave, () => pointTo(null));
}
