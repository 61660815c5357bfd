/** Formats numbers that arrive without a text, by the rules of core/number_text.py. */

const MINUS = "\u2212";
/** Maximum length of a number in a cell. */
const SHORT = 6;

/** @param {string} digits */
const withoutZeros = (digits) => (digits.includes(".") ? digits.replace(/\.?0+$/, "") : digits);

/** @param {string} digits digits with an optional decimal point */
const grouped = (digits) => digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");

/**
 * @param {number} value
 * @returns {string | null}
 */
function special(value) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value < 0 ? `${MINUS}∞` : "∞";
  return null;
}

/**
 * @param {number} value
 * @param {number} digits
 * @returns {[string, number]} mantissa and power of ten
 */
function scientific(value, digits) {
  const [mantissa = "", power = "0"] = value.toExponential(digits).split("e");
  return [mantissa, Number(power)];
}

/**
 * Format with six significant digits, in at most ten characters.
 * @param {number} value
 */
export function numberText(value) {
  const name = special(value);
  if (name !== null) return name;
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  const rounded = Number(size.toPrecision(6));
  if (rounded === 0) return "0";
  if (rounded >= 1e-3 && size < 9_999_999.5) {
    const decimals = Math.min(6, Math.max(0, 5 - Math.floor(Math.log10(rounded))));
    return sign + grouped(withoutZeros(size.toFixed(decimals)));
  }
  let [mantissa, power] = scientific(size, 3);
  if (Math.abs(power) >= 100) [mantissa, power] = scientific(size, 2);
  return `${sign}${withoutZeros(mantissa)}e${power}`;
}

/**
 * Format with three significant digits, in at most six characters.
 * @param {number} value
 */
export function cellText(value) {
  const name = special(value);
  if (name !== null) return name;
  if (value === 0) return "0";
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size >= 999.5 && size < 9999.5) return sign + grouped(size.toFixed(0));
  for (const digits of [3, 2, 1]) {
    const [mantissa, power] = scientific(size, digits - 1);
    if (power > -4 && power < 3) {
      const plain = sign + withoutZeros(size.toFixed(Math.max(0, digits - 1 - power)));
      if (plain.length <= SHORT) return plain;
    }
    const short = `${sign}${withoutZeros(mantissa)}e${power}`;
    if (digits < 3 && short.length <= SHORT) return short;
  }
  return `${MINUS}0`;
}
