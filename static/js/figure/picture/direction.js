/** Which way a picture runs: to the right, or down where a narrow view shows more of it so. */

import { smallestLetter } from "./letters.js";
import { fitTransform } from "./zoom-geometry.js";

/** A narrow and tall page. */
const NARROW = "(max-width: 47.49rem) and (orientation: portrait)";
/** Largest size of numbers for which they have room, in the picture's units. */
export const NUMBER_ROOM = 20;

/** Width from which on a picture is seen from far whichever way it runs, in its own units. */
const FAR = 6000;

/** @typedef {{width: number, height: number}} Size */

/**
 * Return the size that a picture states in its first tag.
 * @param {string} text an SVG document
 * @returns {Size | null}
 */
export function sizeOf(text) {
  const found = /^[^>]*\sviewBox="\S+ \S+ ([\d.]+) ([\d.]+)"/.exec(text);
  return found && { width: Number(found[1]), height: Number(found[2]) };
}

/**
 * Whether a picture would be cut off, or have letters too small to read.
 * @param {Size} picture
 * @param {Size} view
 * @param {number} letter smallest letter that can be read
 */
export const isCutOff = (picture, view, letter) => fitTransform(picture, view, { margin: 10 }).k < letter / NUMBER_ROOM;

/**
 * Whether more of a picture is seen at a readable size if it runs down.
 * @param {Size} right
 * @param {Size} down
 * @param {Size} view
 */
export const isBetterDown = (right, down, view) => fitTransform(down, view, { margin: 10 }).k > fitTransform(right, view, { margin: 10 }).k;

/**
 * Return the picture to show in a view: the one to the right, or the one that runs down.
 * @param {string} right an SVG document
 * @param {Size} view
 * @param {() => Promise<string>} askDown
 * @returns {Promise<string>}
 */
export async function suitedTo(right, view, askDown) {
  const size = sizeOf(right);
  if (!size || size.width > FAR || !matchMedia(NARROW).matches || !isCutOff(size, view, smallestLetter())) return right;
  const down = await askDown();
  const other = sizeOf(down);
  return other && isBetterDown(size, other, view) ? down : right;
}

/**
 * Call `changed` when a page becomes narrow, or wide again.
 * @param {() => void} changed
 */
export const watchNarrow = (changed) => matchMedia(NARROW).addEventListener("change", changed);
