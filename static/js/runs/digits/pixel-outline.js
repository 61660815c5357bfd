/** The outline of the inked pixels in an image. No DOM. */

/**
 * Return the border of the inked pixels as straight pieces, in pixels of the image. Outside the image is paper.
 * @param {ArrayLike<number>} pixels row by row
 * @param {number} width
 * @param {number} height
 * @param {number} [level] value from which a pixel counts as inked
 * @returns {{x: number, y: number, length: number, direction: "across" | "down"}[]}
 */
export function pixelOutline(pixels, width, height, level = 0.5) {
  const inked = (/** @type {number} */ row, /** @type {number} */ column) =>
    row >= 0 && column >= 0 && row < height && column < width && Number(pixels[row * width + column]) >= level;
  /** @type {ReturnType<typeof pixelOutline>} */
  const pieces = [];
  /**
   * @param {"across" | "down"} direction
   * @param {number} lines @param {number} steps
   * @param {(line: number, step: number) => boolean} border
   */
  const collect = (direction, lines, steps, border) => {
    for (let line = 0; line <= lines; line += 1) {
      let start = -1;
      for (let step = 0; step <= steps; step += 1) {
        const on = step < steps && border(line, step);
        if (on && start < 0) start = step;
        if (on || start < 0) continue;
        const [x, y] = direction === "across" ? [start, line] : [line, start];
        pieces.push({ x, y, length: step - start, direction });
        start = -1;
      }
    }
  };
  collect("across", height, width, (row, column) => inked(row - 1, column) !== inked(row, column));
  collect("down", width, height, (column, row) => inked(row, column - 1) !== inked(row, column));
  return pieces;
}
