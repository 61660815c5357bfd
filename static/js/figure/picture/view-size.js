/** Size of a graph's view in a lesson: full size if possible, smaller if needed, always the whole. No DOM. */

/** Margin around the picture; zoom.js uses the same. */
export const MARGIN = { wide: 20, narrow: 10 };
/** View width below which zoom.js uses the narrow margin. */
const NARROW = 600;
/**
 * Minimum scale before a wide picture with boxes to fill in scrolls sideways; lower on wide screens, where seeing all
 * of it is worth more. Above zoom.js's tolerance, which would enlarge a smaller picture.
 */
const SMALLEST = { wide: 0.59, narrow: 0.7 };
/** Minimum scale of a picture too high for the screen: numbers can still be read. */
const FLATTEST = 0.6;

/**
 * @param {{width: number, height: number}} picture
 * @param {number} room available width
 * @param {number} highest maximum height of the view
 * @param {boolean} [boxes] whether there are boxes to fill in
 * @returns {{width: number, height: number, scale: number}} size of the view, and scale of the picture in it
 */
export function viewSize(picture, room, highest, boxes = false) {
  const size = room < NARROW ? "narrow" : "wide";
  const across = Math.max(boxes ? SMALLEST[size] : 0, Math.min(1, (room - 2 * MARGIN[size]) / picture.width));
  // A scrolled view is wider than its room; its margin depends on its own width.
  const margin = MARGIN[Math.max(room, picture.width * across + 2 * MARGIN[size]) < NARROW ? "narrow" : "wide"];
  const down = Math.max(FLATTEST, (highest - 2 * margin) / picture.height);
  const scale = Math.min(across, down);
  return {
    width: Math.max(room, Math.floor(picture.width * scale) + 2 * margin),
    height: Math.ceil(picture.height * scale) + 2 * margin,
    scale,
  };
}
