/** Reads and checks values typed into the settings of a run. No DOM. */

import { msg } from "../../kit/i18n.js";
import { isAmbiguous, readDecimal, withPoint } from "../../kit/decimal-comma.js";
import { readSizes } from "../client/address.js";

/** @typedef {import("../client/types.js").RunLimits} RunLimits */
/**
 * @typedef {{value: any} | {error: string, values?: Record<string, string | number>}} Read a value, or an error in
 *   English
 */

/** Ends of the learning rate's slider, as powers of ten. */
export const RATE_POWERS = { from: -4, to: 1 };

/**
 * Return the learning rate at a slider position, rounded to two digits.
 * @param {number} power
 */
export const rateAt = (power) => Number((10 ** power).toPrecision(2));

/** Return the slider position of a learning rate. @param {number} rate */
export const powerOf = (rate) => Math.min(RATE_POWERS.to, Math.max(RATE_POWERS.from, Math.log10(rate)));

/**
 * Return the refusal of a comma that may be a decimal's or a thousand's, if there is one.
 * @param {string} text
 * @returns {{error: string, values: Record<string, string>} | null}
 */
function ambiguous(text) {
  if (!isAmbiguous(text)) return null;
  const [whole, rest] = /** @type {[string, string]} */ (text.trim().split(","));
  return { error: msg("Write {decimal} or {thousands}: this comma may mean either."), values: { decimal: `${whole}.${rest}`, thousands: whole + rest } };
}

/**
 * @param {string} text
 * @returns {Read}
 */
export function readRate(text) {
  const value = readDecimal(text);
  const unclear = ambiguous(text);
  if (unclear) return unclear;
  if (!Number.isFinite(value)) return { error: msg("Enter a number, such as 0.1.") };
  if (value <= 0 || value > 1000) return { error: msg("More than 0, at most 1,000.") };
  return { value };
}

/**
 * Read a whole number within a range.
 * @param {string} text
 * @param {number} least
 * @param {number} most
 * @returns {Read}
 */
export function readWhole(text, least, most) {
  const digits = withPoint(text);
  const value = /^[+-]?\d+$/.test(digits) ? Number(digits) : Number.NaN;
  if (!Number.isInteger(value)) return { error: msg("Enter a whole number.") };
  if (value < least || value > most) return { error: msg("From {least} to {most}."), values: { least: least.toLocaleString("en-US"), most: most.toLocaleString("en-US") } };
  return { value };
}

/**
 * @param {string} text
 * @returns {Read}
 */
export function readScale(text) {
  const value = readDecimal(text);
  const unclear = ambiguous(text);
  if (unclear) return unclear;
  if (!Number.isFinite(value)) return { error: msg("Enter a number, such as 0.01.") };
  if (value < 0 || value > 10) return { error: msg("From 0 to 10.") };
  return { value };
}

/**
 * @param {string} text
 * @param {RunLimits} limits
 * @returns {Read}
 */
export function readHidden(text, { hidden_layers: layers, hidden_units: units }) {
  const sizes = readSizes(text);
  if (!sizes) return { error: msg("Enter whole numbers separated by commas, such as 100, 50.") };
  if (sizes.length > layers) return { error: msg("At most {n} layers."), values: { n: layers } };
  if (sizes.some((size) => size > units)) return { error: msg("At most {n} units per layer."), values: { n: units } };
  return { value: sizes };
}
