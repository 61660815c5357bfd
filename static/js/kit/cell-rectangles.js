/** Groups cells of a matrix into few rectangles; a row or a column becomes one. No DOM. */

/** @typedef {{row: number, column: number, rows: number, columns: number}} Rectangle */

/**
 * @param {readonly {row: number, column: number}[]} cells
 * @returns {Rectangle[]}
 */
export function rectanglesOf(cells) {
  const key = (/** @type {number} */ row, /** @type {number} */ column) => `${row},${column}`;
  const left = new Set(cells.map(({ row, column }) => key(row, column)));
  const ordered = [...cells].sort((a, b) => a.row - b.row || a.column - b.column);
  /** @type {Rectangle[]} */
  const rectangles = [];
  for (const { row, column } of ordered) {
    if (!left.has(key(row, column))) continue;
    let columns = 1;
    while (left.has(key(row, column + columns))) columns += 1;
    const wholeLine = (/** @type {number} */ at) => {
      for (let k = 0; k < columns; k += 1) if (!left.has(key(at, column + k))) return false;
      return true;
    };
    let rows = 1;
    while (wholeLine(row + rows)) rows += 1;
    for (let i = 0; i < rows; i += 1) for (let k = 0; k < columns; k += 1) left.delete(key(row + i, column + k));
    rectangles.push({ row, column, rows, columns });
  }
  return rectangles;
}
