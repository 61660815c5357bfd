/** Geometry of a matrix on a canvas under pan and zoom. No DOM. */

/**
 * @typedef {object} Viewport
 * @property {number} x of the matrix's left edge, in pixels of the canvas
 * @property {number} y
 * @property {number} kx width of a cell
 * @property {number} ky height of a cell
 */
/** @typedef {{width: number, height: number}} Size */

/** Maximum aspect ratio of the picture; cells of longer matrices are stretched. */
const LONGEST = 4;
/** Maximum side of a cell, in pixels. */
const LARGEST = 64;
/** Maximum side of a cell while the whole matrix is shown. */
const LARGEST_WHOLE = 28;

/**
 * Return the canvas height that shows a whole matrix.
 * @param {number} rows
 * @param {number} columns
 * @param {number} width
 * @param {number} highest
 */
export function heightFor(rows, columns, width, highest) {
  const { kx, ky } = fitWhole(rows, columns, { width, height: highest });
  return kx > 0 ? Math.round(ky * rows) : 0;
}

/**
 * Return the viewport that centres the whole matrix.
 * @param {number} rows
 * @param {number} columns
 * @param {Size} room
 * @returns {Viewport}
 */
export function fitWhole(rows, columns, { width, height }) {
  const stretch = Math.max(1, rows / columns / LONGEST);
  const squash = Math.max(1, columns / rows / LONGEST);
  const k = Math.min(LARGEST_WHOLE, width / (columns * stretch), height / (rows * squash));
  const [kx, ky] = [k * stretch, k * squash];
  return { kx, ky, x: (width - kx * columns) / 2, y: (height - ky * rows) / 2 };
}

/**
 * Zoom about a place of the canvas, between the whole matrix and the largest cell.
 * @param {Viewport} viewport
 * @param {number} factor
 * @param {number} x
 * @param {number} y
 * @param {number} rows
 * @param {number} columns
 * @param {Size} room
 * @returns {Viewport}
 */
export function zoomed(viewport, factor, x, y, rows, columns, room) {
  const least = fitWhole(rows, columns, room);
  const most = Math.max(LARGEST, least.kx);
  const held = Math.min(Math.max(factor, Math.max(least.kx / viewport.kx, least.ky / viewport.ky)), most / Math.min(viewport.kx, viewport.ky));
  const next = { kx: viewport.kx * held, ky: viewport.ky * held, x: x - (x - viewport.x) * held, y: y - (y - viewport.y) * held };
  return clamped(next, rows, columns, room);
}

/**
 * Move a viewport so that no empty room shows beside a large matrix.
 * @param {Viewport} viewport
 * @param {number} rows
 * @param {number} columns
 * @param {Size} room
 * @returns {Viewport}
 */
export function clamped(viewport, rows, columns, room) {
  /** @param {number} start @param {number} length @param {number} space */
  const along = (start, length, space) =>
    length <= space ? (space - length) / 2 : Math.min(0, Math.max(space - length, start));
  return {
    ...viewport,
    x: along(viewport.x, viewport.kx * columns, room.width),
    y: along(viewport.y, viewport.ky * rows, room.height),
  };
}

/**
 * Move a viewport as little as possible to show a cell.
 * @param {Viewport} viewport
 * @param {{row: number, column: number}} cell
 * @param {number} rows
 * @param {number} columns
 * @param {Size} room
 */
export function revealed(viewport, { row, column }, rows, columns, room) {
  /** @param {number} start @param {number} length @param {number} space */
  const shift = (start, length, space) => (start < 0 ? -start : Math.min(0, space - start - length));
  const x = viewport.x + shift(viewport.x + column * viewport.kx, viewport.kx, room.width);
  const y = viewport.y + shift(viewport.y + row * viewport.ky, viewport.ky, room.height);
  return clamped({ ...viewport, x, y }, rows, columns, room);
}

/**
 * Return the cell at a place of the canvas, or null outside the matrix.
 * @param {Viewport} viewport
 * @param {number} x
 * @param {number} y
 * @param {number} rows
 * @param {number} columns
 */
export function cellUnder(viewport, x, y, rows, columns) {
  const row = Math.floor((y - viewport.y) / viewport.ky);
  const column = Math.floor((x - viewport.x) / viewport.kx);
  return row >= 0 && row < rows && column >= 0 && column < columns ? { row, column } : null;
}
