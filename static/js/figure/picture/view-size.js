/**
 * Size of a graph's view in a lesson: full size if possible, smaller if needed. On a phone it is so large that its
 * numbers can be read: higher than elsewhere, and scrolled sideways. No DOM.
 */

import { MARGINS, NARROW } from "./measures.js";

/**
 * Minimum scale before a wide picture with boxes to fill in scrolls sideways; lower on wide screens, where seeing all
 * of it is worth more. Above zoom.js's tolerance, which would enlarge a smaller picture.
 */
const SMALLEST = { wide: 0.59, narrow: 0.7 };
/** Minimum scale of a picture too high for the screen: numbers can still be read. */
const FLATTEST = 0.6;

/** Width and height that a picture on a phone may have, in widths of its room; a larger one is seen from far. */
const LARGEST = { width: 2.2, height: 4.4 };

/** @typedef {{scales: readonly number[], beyond: (scale: number) => number}} Read */

/**
 * Return the largest scale at which a picture on a phone can be read without being too large; 0 if there is none.
 * @param {{width: number, height: number}} picture
 * @param {number} room available width
 * @param {Read} read
 */
const readIn = (picture, room, { scales, beyond }) =>
  scales.find((scale) => picture.width * scale + beyond(scale) <= LARGEST.width * room && picture.height * scale <= LARGEST.height * room) ?? 0;

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room available width
 * @param {number} highest maximum height of the view
 * @param {boolean} [boxes] whether there are boxes to fill in
 * @param {Read} [read] scales at which the picture's numbers can be read, the largest first, and how far names reach
 *   beyond its sides then, in pixels
 * @returns {{width: number, height: number, scale: number}} size of the view, and scale of the picture in it
 */
export function viewSize(picture, room, highest, boxes = false, read = { scales: [], beyond: () => 0 }) {
  const size = room < NARROW.view ? "narrow" : "wide";
  const legible = room < NARROW.view && !boxes ? Math.min(1, readIn(picture, room, read)) : 0;
  const names = legible > 0 ? read.beyond(legible) : 0;
  const across = Math.max(boxes ? SMALLEST[size] : legible, Math.min(1, (room - 2 * MARGINS[size] - names) / picture.width));
  // A scrolled view is wider than its room; its margin depends on its own width.
  const margin = MARGINS[Math.max(room, picture.width * across + names + 2 * MARGINS[size]) < NARROW.view ? "narrow" : "wide"];
  const down = Math.max(FLATTEST, legible, (highest - 2 * margin) / picture.height);
  const scale = Math.min(across, down);
  return {
    width: Math.max(room, Math.floor(picture.width * scale + names) + 2 * margin),
    height: Math.ceil(picture.height * scale) + 2 * margin,
    scale,
  };
}
