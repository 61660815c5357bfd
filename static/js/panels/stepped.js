/** A number moved by steps, without the digits of binary rounding. No DOM. */

/**
 * Return a value one step further, rounded to the step: 1.1 + 0.1 is 1.2.
 * @param {number} value
 * @param {number} by
 * @param {number} step
 */
export function stepped(value, by, step) {
  const decimals = Math.min(12, (String(step).split(".")[1] ?? "").length + (String(step).includes("e-") ? Number(String(step).split("e-")[1]) : 0));
  return Number((Math.round((value + by) / step) * step).toFixed(decimals));
}
