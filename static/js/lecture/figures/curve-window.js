/** The visible part of a curve: enough to see its form, with the point always inside. No DOM. */

/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */

/** Height at which a growing curve is cut off. */
const HIGH = 5;

/**
 * @param {{at: JsonNumber[], values: JsonNumber[], slopes: JsonNumber[]}} curve
 * @param {{x: number, y: number}} point
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function curveWindow({ at, values, slopes }, point) {
  const known = at.map(Number).filter((_, k) => Number.isFinite(Number(values[k])) && values[k] !== "NaN");
  const x = /** @type {[number, number]} */ ([Math.min(...known, point.x), Math.max(...known, point.x)]);
  // Show the axis of a function that begins at 0, such as log.
  if (x[0] > 0 && x[0] < 0.1 * x[1]) x[0] = 0;
  const heights = [...values, ...slopes].map(Number).filter((value) => Number.isFinite(value) && Math.abs(value) <= HIGH);
  if (Number.isFinite(point.y)) heights.push(point.y);
  const [low, high] = [Math.min(...heights, 0), Math.max(...heights, 0)];
  const margin = (high - low || 1) * 0.08;
  return { x, y: [low - margin, high + margin] };
}
