/** Numbers and nested lists as people type and read them: `[[1, 2], [3, 4]]`. No DOM. */

import { readDecimal } from "./decimal-comma.js";
import { shapeOf } from "./tensor-values.js";

/** @typedef {number | FiniteTensor[]} FiniteTensor a finite number, or nested lists of equal length */

/**
 * Whether a value is a finite number, or a list of values of equal shape.
 * @param {unknown} value
 * @returns {value is FiniteTensor}
 */
export function isFiniteTensor(value) {
  if (!Array.isArray(value)) return typeof value === "number" && Number.isFinite(value);
  const shape = JSON.stringify(shapeOf(value[0]));
  return value.every((part) => isFiniteTensor(part) && JSON.stringify(shapeOf(part)) === shape);
}

/**
 * Read a number or nested lists of numbers; undefined for any other text.
 * @param {string} text
 * @returns {FiniteTensor | undefined}
 */
export function readTensor(text) {
  const plain = text.trim().replaceAll("−", "-");
  if (!plain.startsWith("[")) return Number.isFinite(readDecimal(plain)) ? readDecimal(plain) : undefined;
  try {
    // As in Python, a number may begin or end with its point.
    const value = JSON.parse(plain.replaceAll(/(?<![\d.])\.(?=\d)/g, "0.").replaceAll(/\.(?!\d)/g, ""));
    return isFiniteTensor(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {unknown} value @returns {string} */
export const tensorText = (value) => (Array.isArray(value) ? `[${value.map(tensorText).join(", ")}]` : String(value));

/**
 * Return nested lists of a shape with the same number everywhere.
 * @param {readonly number[]} shape
 * @param {number} number
 * @returns {FiniteTensor}
 */
export function filled([length, ...rest], number) {
  return length === undefined ? number : Array.from({ length }, () => filled(rest, number));
}
