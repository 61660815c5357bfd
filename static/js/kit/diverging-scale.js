/** Diverging colour scale of heat maps: two poles around paper, uniform in OKLab. No DOM. */

/** @typedef {[number, number, number]} Rgb each 0..255 */
/** @typedef {{negative: Rgb, zero: Rgb, positive: Rgb, nan: Rgb}} Palette */

/**
 * Orange for negative, blue for positive, as in the server's pictures (app/encoding/heat_map.py). Both have one
 * lightness and stay distinct under every kind of colour blindness.
 * @type {{negative: Rgb, positive: Rgb}}
 */
export const POLES = { negative: [189, 91, 26], positive: [51, 124, 204] };
/** @type {Rgb} NaN */
export const UNKNOWN = [128, 128, 128];

/** Colours on each side of zero. */
const STEPS = 128;

/** @param {number} c */
const linear = (c) => (c <= 10.31475 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4);
/** @param {number} c */
const companded = (c) => 255 * (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);

/**
 * @param {Rgb} rgb
 * @returns {[number, number, number]}
 */
export function toOklab([red, green, blue]) {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

/**
 * @param {[number, number, number]} lab
 * @returns {Rgb}
 */
export function fromOklab([L, a, b]) {
  const l = (L + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (L - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (L - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return /** @type {Rgb} */ (rgb.map((c) => Math.round(Math.min(255, Math.max(0, companded(Math.min(1, Math.max(0, c))))))));
}

/**
 * @param {Palette} palette
 * @param {number} scale the absolute value at full colour; larger values are clamped
 * @returns {(value: number) => Rgb}
 */
export function divergingScale(palette, scale) {
  const zero = toOklab(palette.zero);
  /** @param {Rgb} pole */
  const ramp = (pole) => {
    const end = toOklab(pole);
    return Array.from({ length: STEPS + 1 }, (_, k) =>
      fromOklab(/** @type {[number, number, number]} */ (zero.map((c, i) => c + ((end[i] ?? c) - c) * (k / STEPS)))),
    );
  };
  const [down, up] = [ramp(palette.negative), ramp(palette.positive)];
  return (value) => {
    if (Number.isNaN(value)) return palette.nan;
    const step = scale > 0 ? Math.round(Math.min(1, Math.abs(value) / scale) * STEPS) : value === 0 ? 0 : STEPS;
    return (value < 0 ? down : up)[step] ?? palette.zero;
  };
}

/**
 * Return the largest absolute value of the finite elements.
 * @param {Iterable<number>} values
 */
export function scaleOf(values) {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size !== Infinity) largest = size;
  }
  return largest;
}

/**
 * Whether black text is easier to read than white on a colour.
 * @param {Rgb} rgb
 */
export const isBright = (rgb) => toOklab(rgb)[0] > 0.62;
