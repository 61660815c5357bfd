/** Where a key leads in a grid of cells of which one can be reached by Tab. No DOM. */

/**
 * @param {string} key
 * @param {number} at the cell, row by row
 * @param {number} count cells there are
 * @param {number} columns in a row
 * @returns {number | null} the cell, or null for another key
 */
export function gridStep(key, at, count, columns) {
  const row = Math.floor(at / columns);
  const place = (/** @type {number} */ next) => (next >= 0 && next < count ? next : at);
  switch (key) {
    case "ArrowLeft":
      return place(at - 1);
    case "ArrowRight":
      return place(at + 1);
    case "ArrowUp":
      return place(at - columns);
    case "ArrowDown":
      // Beneath the last cell of a short row stands the last of all.
      return at + columns < count ? at + columns : row < Math.floor((count - 1) / columns) ? count - 1 : at;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  return null;
}
