/** Where the cells of a matrix stand on a canvas, under pan and zoom. No DOM. */

/**
 * @typedef {object} Sight
 * @property {number} x of the matrix's left edge, in pixels of the canvas
 * @property {number} y
 * @property {number} kx width of a cell
 * @property {number} ky height of a cell
 */
/** @typedef {{width: number, height: number}} Room */

/** Cells of matrices much longer than wide are not square: no picture is longer than this many times its width. */
const LONGEST = 4;
/** The largest cell, in pixels. */
const LARGEST = 64;
/** The largest cell while a matrix is seen whole. */
const LARGEST_WHOLE = 28;

/**
 * How high a canvas has to be to show a matrix whole.
 * @param {number} rows
 * @param {number} columns
 * @param {number} width
 * @param {number} highest
 */
export function heightFor(rows, columns, width, highest) {
  const { kx, ky } = whole(rows, columns, { width, height: highest });
  return kx > 0 ? Math.round(ky * rows) : 0;
}

/**
 * The whole matrix in the middle of a canvas.
 * @param {number} rows
 * @param {number} columns
 * @param {Room} room
 * @returns {Sight}
 */
export function whole(rows, columns, { width, height }) {
  const stretch = Math.max(1, rows / columns / LONGEST);
  const squash = Math.max(1, columns / rows / LONGEST);
  const k = Math.min(LARGEST_WHOLE, width / (columns * stretch), height / (rows * squash));
  const [kx, ky] = [k * stretch, k * squash];
  return { kx, ky, x: (width - kx * columns) / 2, y: (height - ky * rows) / 2 };
}

/**
 * Nearer or farther, with one place of the canvas held; never smaller than the whole, never out of sight.
 * @param {Sight} sight
 * @param {number} factor
 * @param {number} x
 * @param {number} y
 * @param {number} rows
 * @param {number} columns
 * @param {Room} room
 * @returns {Sight}
 */
export function zoomed(sight, factor, x, y, rows, columns, room) {
  const least = whole(rows, columns, room);
  const most = Math.max(LARGEST, least.kx);
  const held = Math.min(Math.max(factor, Math.max(least.kx / sight.kx, least.ky / sight.ky)), most / Math.min(sight.kx, sight.ky));
  const next = { kx: sight.kx * held, ky: sight.ky * held, x: x - (x - sight.x) * held, y: y - (y - sight.y) * held };
  return kept(next, rows, columns, room);
}

/**
 * The nearest sight that leaves no empty room beside a matrix larger than the canvas.
 * @param {Sight} sight
 * @param {number} rows
 * @param {number} columns
 * @param {Room} room
 * @returns {Sight}
 */
export function kept(sight, rows, columns, room) {
  /** @param {number} start @param {number} length @param {number} space */
  const along = (start, length, space) =>
    length <= space ? (space - length) / 2 : Math.min(0, Math.max(space - length, start));
  return {
    ...sight,
    x: along(sight.x, sight.kx * columns, room.width),
    y: along(sight.y, sight.ky * rows, room.height),
  };
}

/**
 * The smallest move that brings a cell into sight.
 * @param {Sight} sight
 * @param {{row: number, column: number}} cell
 * @param {number} rows
 * @param {number} columns
 * @param {Room} room
 */
export function revealed(sight, { row, column }, rows, columns, room) {
  /** @param {number} start @param {number} length @param {number} space */
  const shift = (start, length, space) => (start < 0 ? -start : Math.min(0, space - start - length));
  const x = sight.x + shift(sight.x + column * sight.kx, sight.kx, room.width);
  const y = sight.y + shift(sight.y + row * sight.ky, sight.ky, room.height);
  return kept({ ...sight, x, y }, rows, columns, room);
}

/**
 * The cell under a place of the canvas, or null beside the matrix.
 * @param {Sight} sight
 * @param {number} x
 * @param {number} y
 * @param {number} rows
 * @param {number} columns
 */
export function cellUnder(sight, x, y, rows, columns) {
  const row = Math.floor((y - sight.y) / sight.ky);
  const column = Math.floor((x - sight.x) / sight.kx);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}
