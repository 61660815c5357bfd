/** Ranges, ticks and number formats of the curves' axes. No DOM. */

import { numberText } from "../../kit/number-text.js";

/** @typedef {[number, number]} Range */
/** @typedef {import("./lines.js").Quantity} Quantity */

/**
 * Return the range of steps: all, or the zoomed part.
 * @param {Range | null} zoom
 * @param {number} end newest step
 * @returns {Range}
 */
export const stepRange = (zoom, end) => zoom ?? [0, Math.max(end, 10)];

/**
 * Zoom a range about a step, to ten steps at least; null for all steps.
 * @param {Range} range
 * @param {number} about
 * @param {number} factor below 1 zooms in, above 1 out
 * @param {number} end
 * @returns {Range | null}
 */
export function zoomed([from, to], about, factor, end) {
  const width = Math.max(10, (to - from) * factor);
  if (width >= end) return null;
  const share = to > from ? (about - from) / (to - from) : 0.5;
  const start = Math.min(Math.max(0, about - share * width), end - width);
  return [start, start + width];
}

/**
 * @param {Quantity} quantity
 * @param {boolean} log
 * @param {number | null | undefined} low of the visible numbers
 * @param {number | null | undefined} high
 * @returns {Range}
 */
export function valueRange(quantity, log, low, high) {
  if (low === null || low === undefined || high === null || high === undefined || !Number.isFinite(low) || !Number.isFinite(high)) {
    return log ? [0.01, 1] : [0, 1];
  }
  if (log) {
    const [least, most] = low > 0 ? [low, high] : [Math.max(high, 1e-30) / 10, Math.max(high, 1e-30)];
    const room = Math.max(0.15, Math.log10(most / least) * 0.06);
    return [least / 10 ** room, most * 10 ** room];
  }
  const room = (high - low) * 0.06 || 0.05;
  if (quantity === "accuracy") return [Math.max(0, low - room), Math.min(1, high + room)];
  if (quantity === "dead") return [0, Math.min(1, Math.max(0.1, high * 1.1))];
  return [Math.max(0, low - room), high + room];
}

/**
 * Return round ticks of a log axis: powers of ten, also times two and five if there is room.
 * @param {number} low above 0
 * @param {number} high
 * @param {number} most
 */
export function logTicks(low, high, most) {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  /** @param {readonly number[]} factors @param {number} stride */
  const within = (factors, stride) => {
    const found = [];
    // Strides start at 1, so that a power keeps its tick while the range grows.
    for (let power = Math.floor(first / stride) * stride; power <= last; power += stride) {
      for (const factor of factors) found.push(Number(`${factor}e${power}`));
    }
    return found.filter((value) => value >= low && value <= high);
  };
  for (const factors of [[1, 2, 5], [1, 3], [1]]) {
    const found = within(factors, 1);
    if (found.length <= most) return found;
  }
  return within([1], Math.ceil((last - first) / Math.max(1, most)));
}

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Format a tick: plainly near 1, else as a power of ten. @param {number} value */
export function tickText(value) {
  const size = Math.abs(value);
  if (value === 0 || (size >= 0.001 && size < 10_000_000)) return numberText(value);
  const [mantissa, power] = value.toExponential(0).split("e");
  const raised = String(Number(power)).replace("-", "⁻").replace(/\d/g, (digit) => String(SUPERSCRIPTS[Number(digit)]));
  return mantissa === "1" ? `10${raised}` : `${mantissa}·10${raised}`;
}

/** Format a share of 1 in as few digits as possible. @param {number} share */
export const shareText = (share) => `${numberText(Number((100 * share).toPrecision(6)))}%`;
