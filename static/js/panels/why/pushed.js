/** A push as text in the link, the windows of its curve, and what it may push. No DOM. */

/** @typedef {{id: string, index: number[], delta: number}} Push */

/**
 * Read `apple:10` or `X[0,1]:0.5`.
 * @param {string | null} text
 * @returns {Push | null}
 */
export function readPush(text) {
  const [, id = "", index = "", delta = ""] = text?.match(/^(.+?)(?:\[([\d,]+)\])?:(-?[\d.]+(?:e-?\d+)?)$/) ?? [];
  if (!id || !Number.isFinite(Number(delta))) return null;
  return { id, index: index ? index.split(",").map(Number) : [], delta: Number(delta) };
}

/** @param {Push} push */
export const writePush = ({ id, index, delta }) => `${id}${index.length > 0 ? `[${index.join(",")}]` : ""}:${delta}`;

/**
 * Return the stretch of a curve around a value: a slider's range if it has one, else twice the value's size.
 * @param {number} value
 * @param {{min?: number | null, max?: number | null} | undefined} range
 * @returns {[number, number]}
 */
export function stretch(value, range) {
  const half = Math.max(1, Math.abs(value)) * 1.5;
  const low = Math.min(range?.min ?? value - half, value - half * 0.1);
  const high = Math.max(range?.max ?? value + half, value + half * 0.1);
  return [low, high];
}

/**
 * Return the y axis of a curve: its finite values but for far outliers, and the point itself.
 * @param {readonly unknown[]} values
 * @param {readonly number[]} points
 * @returns {[number, number]}
 */
export function heights(values, points) {
  const finite = [...values, ...points].map(Number).filter(Number.isFinite).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => finite[Math.round(share * (finite.length - 1))] ?? 0;
  const spread = (at(0.9) - at(0.1)) * 2 || Math.abs(at(0.5)) || 1;
  const low = Math.min(...points, Math.max(at(0), at(0.1) - spread));
  const high = Math.max(...points, Math.min(at(1), at(0.9) + spread));
  const room = (high - low || Math.abs(high) || 1) * 0.08;
  return [low - room, high + room];
}

/**
 * Return the largest Δ of the slider and its step: round numbers.
 * @param {number} value
 */
export function deltas(value) {
  const most = 10 ** Math.round(Math.log10(Math.max(1e-6, Math.abs(value) || 1)));
  return { most, step: most / 100 };
}
