/** Pointing at a name or a number of a formula or sentence marks its place in the graph, and the other way round. */

import { WALKED } from "../kit/formula.js";
import { around, placesOf, plainName } from "./formula-places.js";

/** Elements whose formulas and sentences are about the graph on the page. */
const ROOTS = ["inspector", "stepper"];
/** What is pointed at: a name with its index is one. */
const TOKENS = "msub, mi, mtext, mn, .token";

/** @typedef {{element: Element, token: {name: string} | {number: string}}} Token */

/**
 * Read the name or the number at an element of a formula or a sentence.
 * @param {Element} element
 * @returns {Token | null}
 */
function tokenAt(element) {
  const index = element.closest("msub");
  const leaf = index?.firstElementChild?.matches("mi, mtext") ? index : element.closest(TOKENS);
  if (!leaf?.closest(`${WALKED}, .step-formula`)) return null;
  const said = leaf.textContent ?? "";
  if (leaf.localName === "mn" || (leaf.localName === "span" && /\d$/.test(said) && !/^[\p{L}_]/u.test(said))) return { element: leaf, token: { number: said } };
  const name = leaf === index ? [...leaf.children].map((part) => part.textContent).join("_") : said;
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
  function places(found) {
    const { graph } = app;
    // What is asked in a blank is not told.
    return found && graph && app.mode !== "quiz" ? placesOf(found.token, graph, near()) : [];
  }

  /** @param {Token | null} found */
  const pointFrom = (found) => app.view.mark("pointed", places(found));

  /** @param {string | null} id */
  function pointTo(id) {
    const { graph } = app;
    const own = graph && { ...graph, nodes: graph.nodes.filter((node) => node.id === id), edges: graph.edges.filter((edge) => edge.id === id) };
    const parts = id === null || app.mode === "quiz" ? new Set() : near();
    for (const root of roots) {
      forget(root);
      if (id === null || !own || app.mode === "quiz") continue;
      for (const element of root.querySelectorAll(TOKENS)) {
        const found = tokenAt(element);
        if (found?.element === element && placesOf(found.token, own, parts).length > 0) element.classList.add("pointed");
      }
    }
  }

  /** @param {Element} root */
  function forget(root) {
    for (const element of root.querySelectorAll(".pointed")) element.classList.remove("pointed");
  }

  /** Return the names and numbers of a formula or sentence that have a place in the graph. @param {Element} place */
  const walked = (place) => [...place.querySelectorAll(TOKENS)].map(tokenAt).filter((found, k, all) => found !== null && places(found).length > 0 && all.findIndex((other) => other?.element === found.element) === k);

  /** Walk through the parts of a focused formula or sentence. @param {Element} root @param {KeyboardEvent} event */
  function walk(root, event) {
    const place = event.target instanceof Element && event.target.matches(WALKED) ? event.target : null;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!place || way === undefined || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const tokens = walked(place);
    if (tokens.length === 0) return;
    event.preventDefault();
    const at = tokens.findIndex((found) => found?.element.classList.contains("pointed"));
    const found = tokens[at < 0 ? (way > 0 ? 0 : tokens.length - 1) : Math.max(0, Math.min(tokens.length - 1, at + way))] ?? null;
    forget(root);
    found?.element.classList.add("pointed");
    found?.element.scrollIntoView({ block: "nearest", inline: "nearest" });
    pointFrom(found);
    const names = places(found).map((id) => app.graph?.nodes.find((node) => node.id === id)?.aria[app.store.get("lang")] ?? id.replace("->", " → "));
    app.announce(`${found?.element.textContent}: ${names.join("; ")}`);
  }

  for (const root of roots) {
    root.dataset.walked = "";
    root.addEventListener("pointerover", ({ target }) => {
      const chosen = target instanceof Element ? target.closest("[data-select]") : null;
      if (chosen) app.view.mark("pointed", [chosen.getAttribute("data-select") ?? ""]);
      else pointFrom(target instanceof Element ? tokenAt(target) : null);
    });
    root.addEventListener("focusin", ({ target }) => {
      const chosen = target instanceof Element ? target.closest("[data-select]") : null;
      app.view.mark("pointed", chosen ? [chosen.getAttribute("data-select") ?? ""] : []);
    });
    root.addEventListener("keydown", (event) => walk(root, event));
    root.addEventListener("pointerleave", () => app.view.mark("pointed", []));
    root.addEventListener("focusout", () => {
      forget(root);
      app.view.mark("pointed", []);
    });
  }
  const idAt = (/** @type {EventTarget | null} */ target) => (target instanceof Element ? (target.closest("[data-id]")?.getAttribute("data-id") ?? null) : null);
  for (const enter of ["pointerover", "focusin"]) canvas.addEventListener(enter, ({ target }) => pointTo(idAt(target)));
  for (const leave of ["pointerleave", "focusout"]) canvas.addEventListener(leave, () => pointTo(null));
}
