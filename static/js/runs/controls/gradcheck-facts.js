/** What the answer of a gradient check says: of each parameter, of all, and which elements agree worst. No DOM. */

/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */
/**
 * @typedef {object} WorstElement
 * @property {number[]} index
 * @property {JsonNumber} backprop
 * @property {JsonNumber} numerical
 * @property {JsonNumber} absolute
 * @property {JsonNumber} relative
 * @property {JsonNumber} excess their difference over the largest allowed
 */
/**
 * @typedef {object} CheckedParameter
 * @property {string} id
 * @property {number} count of elements that were checked
 * @property {number} of elements that it has: more, only in a large net
 * @property {boolean} ok
 * @property {number} failing
 * @property {JsonNumber} absolute
 * @property {JsonNumber} relative
 * @property {WorstElement[]} worst
 * @property {{backprop: JsonNumber[], numerical: JsonNumber[]}} scatter
 */
/** @typedef {{ok: boolean, count: number, seconds: number, images: number, step: number, parameters: CheckedParameter[]}} GradcheckAnswer */

/**
 * The parameters asked for: one, or all.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id null for all
 */
export const parametersOf = ({ parameters }, id) => parameters.filter((parameter) => id === null || parameter.id === id);

/**
 * The largest of numbers that may be no numbers: NaN, where there is one, is larger than all.
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
 * The elements that agree worst, of one parameter or of all, the worst first.
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
 * The points of the scatter plot and how far its axes reach, the same on both.
 * @param {GradcheckAnswer} answer
 * @param {string | null} id
 * @param {boolean} log sizes alone, by powers of ten; what is 0 has no place there
 * @returns {{points: {x: number, y: number}[], domain: [number, number], left: number}} x numerical, y by backpropagation;
 *   `left`: points that have no place
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
 * The elements that do not agree, as points of the scatter plot: those of the worst that have a place there.
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
