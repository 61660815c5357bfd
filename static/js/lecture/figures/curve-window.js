/** Which part of a curve is shown: enough to see its form, always with the point on it. No DOM. */

/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */

/** A curve that grows beyond this is cut. */
const HIGH = 5;

/**
 * @param {{at: JsonNumber[], values: JsonNumber[], slopes: JsonNumber[]}} curve
 * @param {{x: number, y: number}} point
 * @returns {{x: [number, number], y: [number, number]}}
 */
export function curveWindow({ at, values, slopes }, point) {
  const known = at.map(Number).filter((_, k) => Number.isFinite(Number(values[k])) && values[k] !== "NaN");
  const x = /** @type {[number, number]} */ ([Math.min(...known, point.x), Math.max(...known, point.x)]);
  // Of a function that begins at 0, as log does, the axis is shown too.
  if (x[0] > 0 && x[0] < 0.1 * x[1]) x[0] = 0;
  const heights = [...values, ...slopes].map(Number).filter((value) => Number.isFinite(value) && Math.abs(value) <= HIGH);
  if (Number.isFinite(point.y)) heights.push(point.y);
  const [low, high] = [Math.min(...heights, 0), Math.max(...heights, 0)];
  const margin = (high - low || 1) * 0.08;
  return { x, y: [low - margin, high + margin] };
}
