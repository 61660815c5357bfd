/** Where marks may stand in a picture: not over numbers, tensors, nodes or each other. */

import { boxOf } from "../../figure/picture/boxes.js";
import { boxOfTensor } from "../../figure/picture/cell-lights.js";
import { sizeOf } from "./letters.js";

/** @typedef {import("../../figure/picture/boxes.js").Box} Box */
/** @typedef {{x: number, y: number, half: number, size: number, beside: boolean}} Place of a number: middle, baseline, half its width, letters */

/** Width of a letter of a mark, as a share of its size. */
export const LETTER = 0.62;

/**
 * Return where a number stands; null for one that is hidden.
 * @param {SVGTextElement | null | undefined} text
 * @returns {Place | null}
 */
export function placeOf(text) {
  const size = text ? sizeOf(text) : 0;
  if (!text || size === 0) return null;
  const grown = size / (Number.parseFloat(getComputedStyle(text).fontSize) || size);
  const half = (text.getComputedTextLength() / 2) * grown;
  // Beside a line that runs down a number begins at its place.
  const beside = text.classList.contains("left");
  // Letters grow about a point of their own.
  const { a = 1, d = 1, e = 0, f = 0 } = text.transform.baseVal.consolidate()?.matrix ?? {};
  const [x, y] = [a * Number(text.getAttribute("x")) + e, d * Number(text.getAttribute("y")) + f];
  return { x: x + (beside ? half : 0), y, half, size, beside };
}

/** @param {Box} a @param {Box} b */
export const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** @param {Place} place @returns {Box} */
const boxOfNumber = ({ x, y, half, size }) => ({ x: x - half, y: y - 0.75 * size, width: 2 * half, height: 0.8 * size });

/** @param {import("../../figure/types.js").View} view */
export function createRoom(view) {
  /** @type {Box[] | null} null until it is asked for */
  let taken = null;

  /** Return the boxes of all numbers, tensors and nodes. */
  function others() {
    const numbers = [...(view.svg?.querySelectorAll(".edges > [data-id] > text:is(.value, .grad)") ?? [])];
    const places = numbers.map((text) => placeOf(/** @type {SVGTextElement} */ (text)));
    const tensors = [...(view.svg?.querySelectorAll(".edges > [data-id] :is(.cells, .heat)") ?? [])].map(boxOfTensor);
    const nodes = [...(view.svg?.querySelectorAll(".node[data-id]") ?? [])];
    return [...places.flatMap((place) => (place ? [boxOfNumber(place)] : [])), ...tensors, ...nodes.flatMap((node) => boxOf(node) ?? [])];
  }

  return {
    /** Take a box of the picture, unless something stands there. @param {Box} box */
    take(box) {
      taken ??= others();
      if (taken.some((other) => meet(box, other))) return false;
      taken.push(box);
      return true;
    },
    /** Forget what is taken, before marks are drawn anew. */
    clear() {
      taken = null;
    },
  };
}
