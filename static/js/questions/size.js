/** Size of a question's view: as in a lesson, but with boxes large enough to touch on a phone. No DOM. */

import { MARGINS, NARROW } from "../figure/picture/measures.js";
import { viewSize } from "../figure/picture/view-size.js";

/** Scale at which boxes can be touched there: on edges, and the smaller ones in matrices. */
const THUMB = { boxes: 0.9, cells: 1.2 };
/** Share of the room by which a picture rather shrinks than scrolls. */
const SPARE = 1.05;

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room available width
 * @param {number} highest maximum height of the view
 * @param {boolean} cells whether there are boxes in the cells of a matrix
 * @returns {{width: number, height: number}} size of the view
 */
export function questionSize(picture, room, highest, cells) {
  if (room >= NARROW.view) return viewSize(picture, room, highest, true);
  const size = (/** @type {number} */ length) => Math.ceil(length * (cells ? THUMB.cells : THUMB.boxes)) + 2 * MARGINS.narrow;
  const width = size(picture.width);
  return { width: width < SPARE * room ? room : width, height: size(picture.height) };
}
