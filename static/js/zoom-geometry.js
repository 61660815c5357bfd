/** Where a picture stands in its view. No DOM. */

/** @typedef {{x: number, y: number, k: number}} Transform */

const MARGIN = 24;
const LARGEST_FIT = 1.35;

/**
 * The transform that shows a whole picture in the middle of a view.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {{margin?: number, largest?: number, smallest?: number}} [limits]
 * @returns {Transform}
 */
export function fitTransform(picture, view, { margin = MARGIN, largest = LARGEST_FIT, smallest = 0 } = {}) {
  const scale = Math.min((view.width - 2 * margin) / picture.width, (view.height - 2 * margin) / picture.height);
  const k = Math.max(smallest, Math.min(largest, scale));
  const x = (view.width - picture.width * k) / 2;
  const y = (view.height - picture.height * k) / 2;
  // What does not fit is read from its beginning: the inputs, at the left.
  return { k, x: picture.width * k > view.width ? Math.max(x, Math.min(margin, 12)) : x, y };
}

/**
 * The smallest shift that brings a box into a view, with a margin.
 * @param {{x: number, y: number, width: number, height: number}} box on the screen
 * @param {{width: number, height: number}} view
 * @param {number} margin
 */
export function shiftIntoView(box, view, margin) {
  /** @param {number} start @param {number} length @param {number} room */
  const along = (start, length, room) => {
    if (length > room - 2 * margin) return room / 2 - (start + length / 2);
    if (start < margin) return margin - start;
    if (start + length > room - margin) return room - margin - (start + length);
    return 0;
  };
  return { dx: along(box.x, box.width, view.width), dy: along(box.y, box.height, view.height) };
}
