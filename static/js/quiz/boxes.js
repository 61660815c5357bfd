/** Input boxes on the picture's blanks, moving with it under pan and zoom. */

import { make, makeSvg } from "../kit/element.js";
import { findBlanks } from "./blanks.js";

/** @typedef {import("../figure/answers.js").Graph} Graph */
/** @typedef {import("../figure/answers.js").Values} Values */
/** @typedef {import("./blanks.js").Blank} Blank */
/** @typedef {import("./score.js").Answer} Answer */
/** @typedef {{kind: string, text: string}} BoxContent value or gradient, and the answer once it may be shown */
/** @template {BoxContent} [B=Blank] @typedef {{blank: B, cell: HTMLElement, input: HTMLInputElement}} Box */

/**
 * @template {BoxContent} [B=Blank]
 * @typedef {object} BoxEvents
 * @property {(blank: B) => string} name text for a screen reader
 * @property {(box: Box<B>, entered: boolean) => void} onAnswer `entered`: by the Enter key
 * @property {(box: Box<B>) => void} onFocus
 * @property {(box: Box<B>) => void} onBlur
 */

/**
 * @param {Pick<import("../figure/types.js").View, "svg" | "parts">} view
 * @param {Graph} graph
 * @param {Values} values
 * @param {Omit<BoxEvents, "name"> & {names: (blanks: Blank[]) => Map<Blank, string>}} events
 * @returns {Box[]} in solving order
 */
export function placeBoxes(view, graph, values, { names, ...events }) {
  const edges = new Map(view.parts("edge").map((edge) => [edge.getAttribute("data-id") ?? "", edge]));
  const rectOf = (/** @type {Element} */ edge, /** @type {string} */ kind) => edge.querySelector(`.${kind}-box`);
  const drawn = [...edges].map(([id, edge]) => ({
    id,
    source: edge.getAttribute("data-source") ?? "",
    target: edge.getAttribute("data-target") ?? "",
    value: rectOf(edge, "value") !== null,
    grad: rectOf(edge, "grad") !== null,
  }));
  const layer = makeSvg("g", { class: "blanks" });
  const found = findBlanks(graph, values, drawn);
  const named = names(found);
  const boxes = found.flatMap((blank) => {
    const edge = edges.get(blank.edge);
    const rect = edge && rectOf(edge, blank.kind);
    if (!rect) return [];
    const box = makeBox(blank, { ...events, name: (blank) => named.get(blank) ?? "" });
    layer.append(makeSvg("foreignObject", placeOf(rect), box.cell));
    return [box];
  });
  view.svg?.querySelector(".viewport")?.append(layer);
  return boxes;
}

/** @param {SVGSVGElement | null} svg */
export function removeBoxes(svg) {
  svg?.querySelector(".blanks")?.remove();
}

/**
 * Whether an answer of the server may move the focus: it is still at one of these places, or nowhere. Who has gone on
 * to another place types there.
 * @param {...Element} places
 */
export function isIdle(...places) {
  const at = document.activeElement;
  return at === null || at === document.body || places.some((place) => place.contains(at));
}

/** @param {Element} rect */
export const placeOf = (rect) => Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, rect.getAttribute(name)]));

/**
 * @template {BoxContent} B
 * @param {B} blank
 * @param {BoxEvents<B>} events
 * @returns {Box<B>}
 */
export function makeBox(blank, { name, onAnswer, onFocus, onBlur }) {
  const input = make("input", {
    type: "text",
    class: `blank-input ${blank.kind}`,
    inputmode: "text",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    "aria-label": name(blank),
  });
  const cell = make("div", { class: "blank-cell" }, input, make("span", { class: "sign", "aria-hidden": "true" }));
  const box = { blank, cell, input };
  // Typing into a box must not pan, select or step the picture below it.
  for (const event of ["pointerdown", "mousedown", "touchstart", "click", "dblclick"]) {
    cell.addEventListener(event, (fired) => fired.stopPropagation());
  }
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && !event.isComposing) {
      event.preventDefault();
      onAnswer(box, true);
    } else if (event.key === "Escape") input.blur();
  });
  input.addEventListener("change", () => onAnswer(box, false));
  input.addEventListener("focus", () => onFocus(box));
  input.addEventListener("blur", () => onBlur(box));
  return box;
}

/**
 * @param {Box<BoxContent>} box
 * @param {Pick<Answer, "state">} answer
 */
export function showBox({ blank, cell, input }, { state }) {
  const done = state === "found" || state === "shown";
  cell.className = `blank-cell ${state}`;
  if (done) input.value = blank.text;
  input.readOnly = done;
  if (state === "wrong") input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
  const sign = cell.querySelector(".sign");
  if (sign) sign.textContent = state === "wrong" ? "✗" : "";
}
