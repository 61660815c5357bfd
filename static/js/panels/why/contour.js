/** Contour lines of a grid of heights, and steps downhill. No DOM. */

/** @typedef {{x: number, y: number}} Point */

/** Ends a line within a list of points: a plot breaks there. */
export const GAP = { x: NaN, y: NaN };

/**
 * Return round heights that divide the finite values evenly, few enough to be told apart.
 * @param {readonly (readonly unknown[])[]} values
 * @param {number} wanted
 */
export function levels(values, wanted) {
  const finite = values.flat().map(Number).filter(Number.isFinite).sort((a, b) => a - b);
  const found = Array.from({ length: wanted }, (_, k) => finite[Math.floor(((k + 0.5) / wanted) * finite.length)] ?? NaN);
  return [...new Set(found)].filter((level) => level > (finite[0] ?? 0));
}

/**
 * Return where the surface has one height, as the ends of short lines with a gap behind each.
 * @param {readonly number[]} x
 * @param {readonly number[]} y
 * @param {readonly (readonly unknown[])[]} values a row for each of `y`
 * @param {number} level
 * @returns {Point[]}
 */
export function contour(x, y, values, level) {
  /** @type {Point[]} */
  const points = [];
  for (let j = 0; j + 1 < y.length; j += 1) {
    for (let i = 0; i + 1 < x.length; i += 1) {
      /** @type {[number, number][]} corners in order around the cell */
      const corners = [[i, j], [i + 1, j], [i + 1, j + 1], [i, j + 1]];
      const heights = corners.map(([a, b]) => Number(values[b]?.[a]));
      if (!heights.every(Number.isFinite)) continue;
      /** @type {Point[]} */
      const crossed = [];
      corners.forEach(([a, b], k) => {
        const [c, d] = /** @type {[number, number]} */ (corners[(k + 1) % 4]);
        const [low, high] = [Number(heights[k]), Number(heights[(k + 1) % 4])];
        if (low > level === high > level) return;
        const share = (level - low) / (high - low);
        const between = (/** @type {readonly number[]} */ axis, /** @type {number} */ from, /** @type {number} */ to) =>
          Number(axis[from]) + share * (Number(axis[to]) - Number(axis[from]));
        crossed.push({ x: between(x, a, c), y: between(y, b, d) });
      });
      for (let k = 0; k + 1 < crossed.length; k += 2) points.push(/** @type {Point} */ (crossed[k]), /** @type {Point} */ (crossed[k + 1]), GAP);
    }
  }
  return points;
}

/**
 * Return a round step size that moves a point by about a twentieth of the plot.
 * @param {Point} gradient
 * @param {{x: number, y: number}} widths of the two axes
 */
export function stepSize(gradient, widths) {
  const reach = Math.min(widths.x / Math.abs(gradient.x), widths.y / Math.abs(gradient.y)) / 20;
  if (!Number.isFinite(reach) || reach <= 0) return 0.1;
  const power = 10 ** Math.floor(Math.log10(reach));
  return Number((Math.max(1, Math.floor(reach / power)) * power).toPrecision(3));
}

/**
 * Take a step against the gradient.
 * @param {Point} at
 * @param {Point} gradient
 * @param {number} eta
 * @returns {Point}
 */
export const downhill = (at, gradient, eta) => ({
  x: Number((at.x - eta * gradient.x).toPrecision(12)),
  y: Number((at.y - eta * gradient.y).toPrecision(12)),
});
