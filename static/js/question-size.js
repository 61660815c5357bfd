/** The room that a question's picture takes: as in a lesson, but large enough for a thumb on a phone. No DOM. */

import { MARGIN, viewSize } from "./lesson-size.js";

/** Below this width the picture is scrolled sideways, its boxes large enough to be touched. */
const NARROW = 600;
const THUMB = 1.2;

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room the width there is
 * @param {number} highest the height that a view should have at most
 * @returns {{width: number, height: number}} of the view
 */
export function questionSize(picture, room, highest) {
  if (room >= NARROW) return viewSize(picture, room, highest);
  const size = (/** @type {number} */ length) => Math.ceil(length * THUMB) + 2 * MARGIN.narrow;
  return { width: Math.max(room, size(picture.width)), height: size(picture.height) };
}
