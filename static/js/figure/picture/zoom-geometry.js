/** Position of a picture in its view. No DOM. */

/** @typedef {{x: number, y: number, k: number}} Transform */

const MARGIN = 24;
const LARGEST_FIT = 1.35;
/** Share of what could be seen of a picture below which it counts as lost. */
const LITTLE = 0.2;
/** Width and height of a picture that no move takes out of view, in pixels. */
const KEPT = 72;

/**
 * Return the transform that centres a whole picture in a view.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {{margin?: number, largest?: number, smallest?: number, tolerated?: number, start?: number, atEnd?: boolean, down?: boolean, foot?: number}} [limits]
 *   below scale `tolerated` the picture is shown at `smallest` and cut off: `start` is then the height in the picture
 *   to show, and `atEnd` shows its right end; of one that runs `down`, `start` is a distance from its left and `atEnd` its
 *   bottom; `foot` is kept free at the view's bottom
 * @returns {Transform}
 */
export function fitTransform(picture, view, { margin = MARGIN, largest = LARGEST_FIT, smallest = 0, tolerated = smallest, start, atEnd = false, down = false, foot = 0 } = {}) {
  const height = view.height - foot;
  const scale = Math.min((view.width - 2 * margin) / picture.width, (height - 2 * margin) / picture.height);
  const k = scale < tolerated ? smallest : Math.min(largest, scale);
  const x = (view.width - picture.width * k) / 2;
  // A picture that does not fit starts at its inputs, on the left, or ends at its output.
  const tooWide = picture.width * k > view.width;
  const edge = Math.min(margin, 12);
  if (down) {
    const tall = picture.height * k > height;
    const across = tooWide && start !== undefined ? Math.min(edge, Math.max(view.width - edge - picture.width * k, view.width / 2 - start * k)) : x;
    return { k, x: across, y: !tall ? (height - picture.height * k) / 2 : atEnd ? height - edge - picture.height * k : edge };
  }
  const tooHigh = picture.height * k > height && start !== undefined;
  const y = tooHigh ? height / 2 - start * k : (height - picture.height * k) / 2;
  return { k, x: !tooWide ? x : atEnd ? view.width - edge - picture.width * k : edge, y };
}

/** Pixels by which a picture may be larger than a view without being divided: the margin that it has itself. */
const SLACK = 40;

/**
 * Return transforms that show a picture part by part at one scale, line by line; none if it is seen as a whole.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {number} k
 * @returns {Transform[]}
 */
export function partsOf(picture, view, k) {
  /** @param {number} length @param {number} room @returns {number[]} starts, in the view */
  const along = (length, room) => {
    if (length <= room + SLACK) return [(room - length) / 2];
    const edge = Math.min(12, room / 10);
    const count = Math.ceil((length + 2 * edge) / room);
    return Array.from({ length: count }, (_, part) => edge - ((length + 2 * edge - room) * part) / (count - 1));
  };
  const [across, down] = [along(picture.width * k, view.width), along(picture.height * k, view.height)];
  return across.length * down.length === 1 ? [] : down.flatMap((y) => across.map((x) => ({ k, x, y })));
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
 * Return the transform that brings a box of the picture wholly into a view, moved and shrunk as little as needed.
 * @param {{x: number, y: number, width: number, height: number}} box in the picture
 * @param {{width: number, height: number}} view
 * @param {{x: number, y: number}} place in the picture, around which it shrinks
 * @param {Transform} transform the one to start from
 * @param {number} [margin]
 * @returns {Transform}
 */
export function bringWhole(box, view, place, transform, margin = MARGIN) {
  const k = Math.min(transform.k, (view.width - 2 * margin) / box.width, (view.height - 2 * margin) / box.height);
  const x = transform.x + place.x * (transform.k - k);
  const y = transform.y + place.y * (transform.k - k);
  const onScreen = { x: box.x * k + x, y: box.y * k + y, width: box.width * k, height: box.height * k };
  const { dx, dy } = shiftIntoView(onScreen, view, margin - 0.01);
  return { k, x: x + dx, y: y + dy };
}

/**
 * Whether so little of a picture is in view that a person has lost it.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {Transform} transform
 */
export function isLost(picture, view, { x, y, k }) {
  /** @param {number} start @param {number} length @param {number} room */
  const seen = (start, length, room) => Math.max(0, Math.min(start + length, room) - Math.max(start, 0)) / Math.min(length, room);
  return seen(x, picture.width * k, view.width) * seen(y, picture.height * k, view.height) < LITTLE;
}

/**
 * Return a transform moved so that some of the picture stays in view.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {Transform} transform
 * @returns {Transform}
 */
export function keepPart(picture, view, { x, y, k }) {
  /** @param {number} start @param {number} length @param {number} room */
  const along = (start, length, room) => {
    const part = Math.min(KEPT, length, room);
    return Math.max(part - length, Math.min(room - part, start));
  };
  return { k, x: along(x, picture.width * k, view.width), y: along(y, picture.height * k, view.height) };
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

/**
 * Return a transform enlarged about a place of the view.
 * @param {Transform} transform
 * @param {number} factor
 * @param {{x: number, y: number}} place
 * @param {[number, number]} range of scales
 * @returns {Transform}
 */
export function scaledAbout({ x, y, k }, factor, place, [least, most]) {
  const to = Math.min(most, Math.max(least, k * factor));
  return { k: to, x: place.x - ((place.x - x) * to) / k, y: place.y - ((place.y - y) * to) / k };
}
