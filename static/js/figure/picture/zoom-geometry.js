/** Position of a picture in its view. No DOM. */

/** @typedef {{x: number, y: number, k: number}} Transform */

const MARGIN = 24;
const LARGEST_FIT = 1.35;

/**
 * Return the transform that centres a whole picture in a view.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {{margin?: number, largest?: number, smallest?: number, tolerated?: number, start?: number, foot?: number}} [limits]
 *   below scale `tolerated` the picture is shown at `smallest` and cut off: `start` is then the height in the picture
 *   to show; `foot` is kept free at the view's bottom
 * @returns {Transform}
 */
export function fitTransform(picture, view, { margin = MARGIN, largest = LARGEST_FIT, smallest = 0, tolerated = smallest, start, foot = 0 } = {}) {
  const height = view.height - foot;
  const scale = Math.min((view.width - 2 * margin) / picture.width, (height - 2 * margin) / picture.height);
  const k = scale < tolerated ? smallest : Math.min(largest, scale);
  const x = (view.width - picture.width * k) / 2;
  // A picture that does not fit starts at its inputs, on the left.
  const tooWide = picture.width * k > view.width;
  const tooHigh = picture.height * k > height && start !== undefined;
  const y = tooHigh ? height / 2 - start * k : (height - picture.height * k) / 2;
  return { k, x: tooWide ? Math.min(margin, 12) : x, y };
}

/**
 * Return the smallest shift that brings a box into a view, with a margin.
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

/**
 * Return the transform that shows a whole picture while one of its places stays put on the screen.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {{x: number, y: number}} place in the picture
 * @param {{x: number, y: number}} screen where that place stays on the screen
 * @param {{margin?: number, largest?: number}} [limits]
 * @returns {Transform}
 */
export function fitAround(picture, view, place, screen, { margin = MARGIN, largest = LARGEST_FIT } = {}) {
  /** @param {number} room @param {number} length */
  const ratio = (room, length) => (length > 0 ? Math.max(0, room - margin) / length : Infinity);
  const k = Math.min(
    largest,
    ratio(screen.x, place.x),
    ratio(view.width - screen.x, picture.width - place.x),
    ratio(screen.y, place.y),
    ratio(view.height - screen.y, picture.height - place.y),
  );
  return { k, x: screen.x - place.x * k, y: screen.y - place.y * k };
}
