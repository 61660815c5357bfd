/** Results of a gradient check: by parameter, in total, worst elements, scatter plot. No DOM. */

/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */
/**
 * @typedef {object} WorstElement
 * @property {number[]} index
 * @property {JsonNumber} backprop
 * @property {JsonNumber} numerical
 * @property {JsonNumber} absolute
 * @property {JsonNumber} relative
 * @property {JsonNumber} excess difference over the largest one allowed
 */
/**
 * @typedef {object} CheckedParameter
 * @property {string} id
 * @property {number} count elements checked
 * @property {number} of elements in all; only a large net has more than were checked
 * @property {boolean} ok
 * @property {number} failing
 * @property {JsonNumber} absolute
 * @property {JsonNumber} relative
 * @property {WorstElement[]} worst
 * @property {{backprop: JsonNumber[], numerical: JsonNumber[]}} scatter
 */
/** @typedef {{ok: boolean, count: number, seconds: number, images: number, step: number, parameters: CheckedParameter[]}} GradcheckAnswer */

/**
 * Return one parameter, or all.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id null for all
 */
export const parametersOf = ({ parameters }, id) => parameters.filter((parameter) => id === null || parameter.id === id);

/**
 * Return the largest number; NaN counts as larger than all.
 * @param {readonly JsonNumber[]} numbers
 */
export function largest(numbers) {
  let most = 0;
  for (const number of numbers) {
    const value = Number(number);
    if (Number.isNaN(value)) return Number.NaN;
    most = Math.max(most, value);
  }
  return most;
}

/**
 * Return the elements with the largest differences, worst first.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id
 * @param {number} most
 * @returns {(WorstElement & {id: string})[]}
 */
export function worstOf(answer, id, most) {
  const rank = (/** @type {JsonNumber} */ excess) => (Number.isNaN(Number(excess)) ? Number.POSITIVE_INFINITY : Number(excess));
  return parametersOf(answer, id)
    .flatMap((parameter) => parameter.worst.map((element) => ({ ...element, id: parameter.id })))
    .sort((a, b) => rank(b.excess) - rank(a.excess))
    .slice(0, most);
}

/**
 * Return the points of the scatter plot and the domain of both axes.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id
 * @param {boolean} log absolute values on a logarithmic scale; zeros cannot be shown
 * @returns {{points: {x: number, y: number}[], domain: [number, number], left: number}} x numerical, y by
 *   backpropagation; `left` counts points that cannot be shown
 */
export function scatterOf(answer, id, log) {
  /** @type {{x: number, y: number}[]} */
  const points = [];
  let left = 0;
  for (const { scatter } of parametersOf(answer, id)) {
    scatter.numerical.forEach((numerical, k) => {
      const [x, y] = [Number(numerical), Number(scatter.backprop[k])];
      const point = log ? { x: Math.abs(x), y: Math.abs(y) } : { x, y };
      if (Number.isFinite(x) && Number.isFinite(y) && !(log && (x === 0 || y === 0))) points.push(point);
      else left += 1;
    });
  }
  const sizes = points.flatMap(({ x, y }) => [Math.abs(x), Math.abs(y)]);
  const most = largest(sizes) || 1;
  if (!log) return { points, domain: [-1.05 * most, 1.05 * most], left };
  const least = sizes.reduce((low, size) => Math.min(low, size), most);
  const [low, high] = [Math.floor(Math.log10(least)), Math.ceil(Math.log10(most))];
  return { points, domain: [Number(`1e${low}`), Number(`1e${high > low ? high : low + 1}`)], left };
}

/**
 * Return the failing elements among the worst, as points of the scatter plot.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id
 * @param {boolean} log
 * @returns {{x: number, y: number}[]}
 */
export function failingPoints(answer, id, log) {
  return parametersOf(answer, id)
    .flatMap(({ worst }) => worst)
    .filter(({ excess }) => !(Number(excess) <= 1))
    .map(({ numerical, backprop }) => ({ x: Number(numerical), y: Number(backprop) }))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y) && !(log && (x === 0 || y === 0)))
    .map(({ x, y }) => (log ? { x: Math.abs(x), y: Math.abs(y) } : { x, y }));
}
