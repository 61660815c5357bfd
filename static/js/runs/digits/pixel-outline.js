/** The outline of what is inked in an image of pixels, along their edges. No DOM. */

/**
 * Straight pieces of the border between pixels on either side of a level, as long as they go; all in pixels of the image.
 * Outside the image is paper.
 * @param {ArrayLike<number>} pixels row by row
 * @param {number} width
 * @param {number} height
 * @param {number} [level] from this on a pixel counts as inked
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
