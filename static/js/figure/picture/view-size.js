/** The room that a graph takes in a lesson: as drawn if it can be, smaller if it must be, and no smaller than can be read. No DOM. */

/** Around the picture; zoom.js keeps the same. */
export const MARGIN = { wide: 20, narrow: 10 };
/** Below this width of the view zoom.js takes the narrow margin. */
const NARROW = 600;
/** A picture wider than its room at this scale is scrolled sideways. On a wide screen it is worth more to see all of it.
 * Above what zoom.js tolerates, by more than rounding: what is below is drawn larger there. */
const SMALLEST = { wide: 0.59, narrow: 0.7 };
/** A picture too high for the screen may be this small. */
const FLATTEST = 0.6;

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room the width there is
 * @param {number} highest the height that a view should have at most
 * @returns {{width: number, height: number, scale: number}} of the view, and of the picture in it
 */
export function viewSize(picture, room, highest) {
  const size = room < NARROW ? "narrow" : "wide";
  const across = Math.max(SMALLEST[size], Math.min(1, (room - 2 * MARGIN[size]) / picture.width));
  // A scrolled view is wider than its room: its margin goes by its own width.
  const margin = MARGIN[Math.max(room, picture.width * across + 2 * MARGIN[size]) < NARROW ? "narrow" : "wide"];
  const down = Math.max(FLATTEST, (highest - 2 * margin) / picture.height);
  const scale = Math.min(across, down);
  return {
    width: Math.max(room, Math.floor(picture.width * scale) + 2 * margin),
    height: Math.ceil(picture.height * scale) + 2 * margin,
    scale,
  };
}
