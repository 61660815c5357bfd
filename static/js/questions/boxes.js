/** The boxes of a question on its picture, and the note beside a wrong one. */

import { make, makeSvg } from "../kit/element.js";
import { makeBox, placeOf } from "../quiz/boxes.js";

/** @typedef {import("./api.js").QuestionBlank} QuestionBlank */
/** @typedef {{id: string, kind: string, text: string, of: QuestionBlank}} BoxBlank */
/** @typedef {import("../quiz/boxes.js").Box<BoxBlank>} QuestionBox */

/** Size of the note, in the picture's units. */
const NOTE = { width: 240, height: 30 };
/** Part of the note that may extend into the margin below the picture. */
const OVER = 16;

/**
 * @param {SVGSVGElement} svg
 * @param {readonly QuestionBlank[]} blanks
 * @param {import("../quiz/boxes.js").BoxEvents<BoxBlank>} events
 * @returns {QuestionBox[]} in solving order; a value may appear in several boxes
 */
export function placeQuestionBoxes(svg, blanks, events) {
  const layer = makeSvg("g", { class: "blanks" });
  const boxes = blanks.flatMap((blank) =>
    [...svg.querySelectorAll(`[data-blank="${CSS.escape(blank.id)}"]`)].map((rect) => {
      const cell = rect.classList.contains("cell-box");
      const own = { id: blank.id, kind: `${blank.kind === "value" ? "value" : "grad"}${cell ? " in-cell" : ""}`, text: "", of: blank };
      const box = makeBox(own, events);
      layer.append(makeSvg("foreignObject", onPicture(rect), box.cell));
      return box;
    }),
  );
  (svg.querySelector(".viewport") ?? svg).append(layer);
  return boxes;
}

/** Return a rectangle's position in the picture, even if it is drawn inside a node. @param {Element} rect */
function onPicture(rect) {
  const place = placeOf(rect);
  const node = /** @type {SVGGElement | null} */ (rect.closest(".node"));
  const shift = node?.transform.baseVal.consolidate()?.matrix;
  return { ...place, x: Number(place.x) + (shift?.e ?? 0), y: Number(place.y) + (shift?.f ?? 0) };
}

/**
 * Show a note beside a box, instead of the previous note.
 * @param {SVGSVGElement} svg
 * @param {{width: number, height: number}} size of the picture
 * @param {QuestionBox | null} box
 * @param {string} words empty for no note
 */
export function showNote(svg, size, box, words) {
  svg.querySelector(".mistake-note")?.remove();
  for (const input of svg.querySelectorAll("[aria-describedby=mistake-note]")) input.removeAttribute("aria-describedby");
  const rect = box?.cell.parentElement;
  if (!box || !rect || !words) return;
  const { x, y, width, height } = placeOf(rect);
  const below = Number(y) + Number(height) + 3;
  const middle = Number(x) + Number(width) / 2 - NOTE.width / 2;
  const place = {
    x: Math.max(0, Math.min(middle, size.width - NOTE.width)),
    y: below + NOTE.height <= size.height + OVER ? below : Number(y) - NOTE.height - 3,
    ...NOTE,
  };
  const note = make("p", { class: "mistake-text", id: "mistake-note" }, words);
  rect.parentElement?.append(makeSvg("foreignObject", { class: "mistake-note", ...place }, note));
  box.input.setAttribute("aria-describedby", "mistake-note");
}
