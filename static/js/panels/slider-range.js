/** The range of a slider that follows its value. No DOM. */

/** @typedef {{min: number, max: number, step: number}} Range */

/** Steps from 0 to the end of a range, at least. */
const STEPS = 150;
/** Size beyond which twice a number might overflow. */
const HUGE = 1e300;

/**
 * Return the range that a slider needs to show a value: the one it has, or one from 0 to twice the value if it lies
 * outside, or is too small for a step.
 * @param {Range} range
 * @param {number} value
 * @returns {Range}
 */
export function rangeAround(range, value) {
  const size = Math.abs(value);
  const outside = value < range.min || value > range.max;
  const unseen = value !== 0 && size < range.step;
  if ((!outside && !unseen) || !Number.isFinite(value)) return range;
  const end = size > HUGE ? size : Number((2 * size).toPrecision(3));
  const step = Number(`1e${Math.floor(Math.log10(end / STEPS))}`);
  if (!(step > 0)) return range;
  const bothSigns = range.min < 0 && range.max > 0;
  return { min: bothSigns || value < 0 ? -end : 0, max: bothSigns || value > 0 ? end : 0, step };
}
