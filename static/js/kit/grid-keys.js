/** Targets of arrow keys, Home and End in a grid of cells. No DOM. */

/**
 * @param {string} key
 * @param {number} at index of the cell, row by row
 * @param {number} count number of cells
 * @param {number} columns cells per row
 * @returns {number | null} index of the target; null for any other key
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
      // Below the last cell of a short row lies the very last cell.
      return at + columns < count ? at + columns : row < Math.floor((count - 1) / columns) ? count - 1 : at;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  return null;
}

/**
 * Return the cell that a key leads to, or null for any other key.
 * @param {string} key
 * @param {{row: number, column: number}} cell
 * @param {number} rows
 * @param {number} columns
 */
export function cellStep(key, { row, column }, rows, columns) {
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
