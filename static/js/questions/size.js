/** The room that a question's picture takes: as in a lesson, but large enough for a thumb on a phone. No DOM. */

import { MARGIN, viewSize } from "../figure/picture/view-size.js";

/** Below this width the picture is scrolled sideways. */
const NARROW = 600;
/** There the scale at which boxes on the edges, and the smaller ones in matrices, can be touched. */
const THUMB = { boxes: 0.9, cells: 1.2 };

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room the width there is
 * @param {number} highest the height that a view should have at most
 * @param {boolean} cells whether there are boxes in the cells of a matrix
 * @returns {{width: number, height: number}} of the view
 */
export function questionSize(picture, room, highest, cells) {
  if (room >= NARROW) return viewSize(picture, room, highest);
  const size = (/** @type {number} */ length) => Math.ceil(length * (cells ? THUMB.cells : THUMB.boxes)) + 2 * MARGIN.narrow;
  return { width: Math.max(room, size(picture.width)), height: size(picture.height) };
}
