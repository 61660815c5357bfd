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

/**
 * Where an arrow key leads among the cells, or null for another key.
 * @param {string} key
 * @param {{row: number, column: number}} cell
 * @param {number} rows
 * @param {number} columns
 */
export function stepped(key, { row, column }, rows, columns) {
  switch (key) {
    case "ArrowUp":
      return { row: Math.max(0, row - 1), column };
    case "ArrowDown":
      return { row: Math.min(rows - 1, row + 1), column };
    case "ArrowLeft":
      return { row, column: Math.max(0, column - 1) };
    case "ArrowRight":
      return { row, column: Math.min(columns - 1, column + 1) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: columns - 1 };
  }
  return null;
}
