/** Scales, ticks, line paths and label positions of a plot. No DOM. */

/**
 * @typedef {object} Axis
 * @property {[number, number]} domain numbers at its two ends
 * @property {boolean} [log] logarithmic; the domain must be above 0
 * @property {string} label
 * @property {number[]} [ticks]
 * @property {(value: number) => string} [text] formats a tick
 */

/** @typedef {{x: number, y: number}} Point */

/**
 * Create a function from numbers to positions.
 * @param {Axis} axis
 * @param {[number, number]} range positions of the two ends
 */
export function scale({ domain, log = false }, [from, to]) {
  const of = (/** @type {number} */ value) => (log ? Math.log10(value) : value);
  const [low, high] = [of(domain[0]), of(domain[1])];
  const place = (/** @type {number} */ value) => from + ((of(value) - low) / (high - low)) * (to - from);
  /** Convert a position back to a number. @param {number} at */
  place.invert = (at) => {
    const value = low + ((at - from) / (to - from)) * (high - low);
    return log ? 10 ** value : value;
  };
  return place;
}

/**
 * Return about `wanted` round ticks: 1, 2 or 5 times a power of ten apart. A log axis has powers of ten.
 * @param {Axis} axis
 * @param {number} wanted
 */
export function ticks({ domain: [low, high], log = false }, wanted) {
  if (log) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const stride = Math.max(1, Math.ceil((last - first) / Math.max(1, wanted)));
    const found = [];
    for (let power = last; power >= first; power -= stride) found.unshift(Number(`1e${power}`));
    return found;
  }
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (([1, 2, 5, 10].find((k) => k * power >= rough * (1 - 1e-9)) ?? 10)) * power;
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) found.push(Number((k * step).toPrecision(12)));
  return found;
}

/**
 * Return the SVG path through points, broken at points that are not finite or far outside.
 * @param {Point[]} points positions
 * @param {{top: number, bottom: number}} room
 */
export function linePath(points, { top, bottom }) {
  const far = bottom - top;
  let path = "";
  let on = false;
  for (const { x, y } of points) {
    if (!Number.isFinite(y) || y < top - far || y > bottom + far) {
      on = false;
      continue;
    }
    path += `${on ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    on = true;
  }
  return path;
}

/**
 * Move label positions apart by at least `gap`, each as little as possible.
 * @param {number[]} wanted
 * @param {number} gap
 * @param {{top: number, bottom: number}} room
 */
export function spread(wanted, gap, { top, bottom }) {
  const order = wanted.map((_, k) => k).sort((a, b) => Number(wanted[a]) - Number(wanted[b]));
  const places = wanted.slice();
  let least = top;
  for (const k of order) least = (places[k] = Math.max(Number(wanted[k]), least)) + gap;
  let most = bottom;
  for (const k of order.reverse()) most = (places[k] = Math.min(Number(places[k]), most)) - gap;
  return places;
}
