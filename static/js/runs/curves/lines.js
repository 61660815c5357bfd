/** Which lines a chart of runs has, what each says, and their numbers on one x axis. No DOM. */

import { msg } from "../../kit/i18n.js";

/** @typedef {import("./curve.js").Curve} Curve */
/** @typedef {"loss" | "accuracy" | "gradients" | "dead"} Quantity */
/** @typedef {"all" | "ends"} Layers every layer, or the first and the last of each run */

/**
 * A run as the charts see it.
 * @typedef {object} Drawn
 * @property {string} name
 * @property {0 | 1 | 2} slot
 * @property {boolean} current whether it is looked at
 * @property {string} activation
 * @property {Curve} curve
 */

/**
 * @typedef {object} Line
 * @property {string} key
 * @property {string} run
 * @property {0 | 1 | 2} slot its style
 * @property {boolean} current
 * @property {"forward" | "backward"} of its colour
 * @property {number} width
 * @property {number} strength share of the full colour, 0 … 1
 * @property {string} label beside its end: English, or a name that is the same in all languages
 * @property {boolean} quiet whether it only stands behind another: it has no label and is not read out
 * @property {readonly number[]} steps
 * @property {readonly (number | null)[]} values what is drawn; null where there is no number
 * @property {readonly (number | null)[]} told the numbers themselves, which may be less smooth
 */

/** More lines than these cannot be told apart. */
const MANY_LINES = 8;
/** Of more layers the raw numbers would only be a haze. */
const FEW_LAYERS = 3;

/** @type {Record<string, string>} */
const ACTIVATION_NAMES = { relu: "ReLU", sigmoid: "Sigmoid", tanh: "Tanh" };

/** @param {number | undefined} value */
const known = (value) => (value === undefined || !Number.isFinite(value) ? null : value);

/**
 * The mean of the points around each: of more the more points there are, of fewer towards the beginning, where a curve is
 * steepest, so that it starts where the raw one does. No mean reaches over a break.
 * @param {readonly (number | null)[]} values
 * @param {readonly number[]} [breaks] where something was changed: places of the first points after it, rising
 * @returns {(number | null)[]}
 */
export function smoothed(values, breaks = []) {
  const most = Math.min(12, Math.ceil(values.length / 60));
  const starts = [0, ...breaks];
  return starts.flatMap((start, k) => evened(values.slice(start, starts[k + 1]), most, start === 0));
}

/**
 * @param {readonly (number | null)[]} values
 * @param {number} most points to each side
 * @param {boolean} begins whether it starts where the raw values do
 */
function evened(values, most, begins) {
  let passed = values;
  for (let pass = 0; pass < 2; pass += 1) {
    const sums = [0];
    const counts = [0];
    for (const value of passed) {
      sums.push(Number(sums.at(-1)) + (value ?? 0));
      counts.push(Number(counts.at(-1)) + (value === null ? 0 : 1));
    }
    passed = passed.map((value, k) => {
      if (value === null) return null;
      const half = begins ? Math.min(most, k) : most;
      const [from, to] = [Math.max(0, k - half), Math.min(passed.length, k + half + 1)];
      return (Number(sums[to]) - Number(sums[from])) / (Number(counts[to]) - Number(counts[from]));
    });
  }
  return passed;
}

/**
 * The same of sizes that differ by powers of ten: the mean of their logarithms. A zero stays one.
 * @param {readonly (number | null)[]} values 0 or more
 * @param {readonly number[]} [breaks]
 */
export function smoothedSizes(values, breaks = []) {
  const logs = smoothed(values.map((value) => (value ? Math.log(value) : null)), breaks);
  return values.map((value, k) => (value ? Math.exp(Number(logs[k])) : value));
}

/**
 * The layers of a run that are drawn, from 0.
 * @param {number} count
 * @param {Layers} layers
 */
const shownLayers = (count, layers) =>
  Array.from({ length: count }, (_, k) => k).filter((k) => layers === "all" || k === 0 || k === count - 1);

/**
 * All layers while their lines can be told apart.
 * @param {readonly number[]} counts layers of each run
 * @returns {Layers}
 */
export const fittingLayers = (counts) => (counts.reduce((sum, count) => sum + count, 0) > MANY_LINES ? "ends" : "all");

/**
 * @param {Quantity} quantity
 * @param {readonly Drawn[]} runs
 * @param {Layers} [layers]
 * @returns {Line[]}
 */
export function linesOf(quantity, runs, layers = "all") {
  const lines = runs.flatMap((run) => linesOfRun(quantity, run, runs.length === 1, layers));
  // What stands behind is drawn first.
  return [...lines.filter(({ quiet }) => quiet), ...lines.filter(({ quiet }) => !quiet)];
}

/**
 * @param {Quantity} quantity
 * @param {Drawn} run
 * @param {boolean} alone whether no other run is drawn: then there is room for the raw numbers
 * @param {Layers} layers
 * @returns {Line[]}
 */
function linesOfRun(quantity, { name, slot, current, activation, curve }, alone, layers) {
  const { points, tests, marks } = curve;
  const every = points.map(({ step }) => step);
  const breaks = [...new Set(marks.map(({ step }) => placeBefore(every, step) + 1))].filter((at) => at > 0 && at < every.length).sort((a, b) => a - b);
  /** @type {(label: string, steps: number[], raw: (number | null)[], more?: Partial<Line>) => Line} */
  const line = (label, steps, raw, more = {}) => ({
    key: `${name} ${label}`,
    run: name,
    slot,
    current,
    of: quantity === "gradients" ? "backward" : "forward",
    width: current ? 2 : 1.5,
    strength: 1,
    label,
    quiet: false,
    steps,
    values: raw,
    told: raw,
    ...more,
  });
  /** A line made smooth, and where there is room for it the raw one behind. @type {(label: string, raw: (number | null)[], more?: Partial<Line>) => Line[]} */
  const pair = (label, raw, more = {}) => {
    const smooth = line(label, every, raw, { ...more, values: (quantity === "gradients" ? smoothedSizes : smoothed)(raw, breaks) });
    const behind = { key: `${smooth.key} raw`, width: 1, strength: smooth.strength * 0.35, quiet: true };
    return alone && count <= FEW_LAYERS ? [{ ...smooth, ...behind, values: raw }, smooth] : [smooth];
  };
  const gradients = quantity === "gradients";
  const count = (gradients ? points.at(-1)?.norms : points.at(-1)?.dead)?.length ?? 0;
  // The loss of a run beside others needs no name but the run's.
  if (quantity === "loss") return pair(alone ? msg("train") : "", points.map(({ loss }) => known(loss)));
  if (quantity === "accuracy") {
    const test = tests.map(({ accuracy }) => known(accuracy));
    return [
      ...pair(msg("train"), points.map(({ accuracy }) => known(accuracy)), { width: 1, strength: 0.75 }),
      line(msg("test"), tests.map(({ step }) => step), test),
    ];
  }
  return shownLayers(count, layers).flatMap((k) =>
    pair(
      gradients ? `Affine${k + 1}` : `${ACTIVATION_NAMES[activation] ?? activation}${k + 1}`,
      points.map((point) => known((gradients ? point.norms : point.dead)[k])),
      // The first layer stands out, the others fade towards the last.
      { width: (k === 0 ? 1.75 : 1.25) + (current ? 0.25 : 0), strength: 1 - (0.4 * k) / Math.max(1, count - 1) },
    ),
  );
}

/**
 * The size of the gradient from layer to layer at one step, a line a run: layers from 1 stand where others have steps.
 * @param {readonly Drawn[]} runs
 * @param {number | null} step null for the newest
 * @returns {Line[]}
 */
export function profilesOf(runs, step) {
  return runs.flatMap(({ name, slot, current, curve: { points } }) => {
    const at = step === null ? points.length - 1 : placeBefore(points.map((point) => point.step), step);
    const norms = step !== null && step > (points.at(-1)?.step ?? -1) ? [] : (points[at]?.norms ?? []);
    const values = norms.map(known);
    const common = { key: `${name} profile`, run: name, slot, current, label: "", quiet: false, strength: 1 };
    return [{ ...common, of: /** @type {const} */ ("backward"), width: current ? 2.25 : 1.75, steps: norms.map((_, k) => k + 1), values, told: values }];
  });
}

/**
 * The lines as columns over one rising x: where a line has no point, null. Lines with the same steps are placed once.
 * @param {readonly Line[]} lines
 * @returns {[number[], ...(number | null)[][]]}
 */
export function aligned(lines) {
  const kinds = new Set(lines.map(({ steps }) => steps));
  const all = Float64Array.from([...kinds].flatMap((steps) => [...steps])).sort();
  /** @type {number[]} */
  const x = [];
  for (const step of all) if (step !== x.at(-1)) x.push(step);
  const places = new Map([...kinds].map((steps) => [steps, placesIn(x, steps)]));
  return [
    x,
    ...lines.map(({ steps, values }) => {
      /** @type {(number | null)[]} */
      const column = new Array(x.length).fill(null);
      /** @type {number[]} */ (places.get(steps)).forEach((at, k) => (column[at] = values[k] ?? null));
      return column;
    }),
  ];
}

/**
 * @param {readonly number[]} x
 * @param {readonly number[]} steps
 */
function placesIn(x, steps) {
  let at = 0;
  return steps.map((step) => {
    while (Number(x[at]) < step) at += 1;
    return at;
  });
}

/**
 * The place of the last of rising steps that is not behind one; −1 where all are.
 * @param {readonly number[]} steps
 * @param {number} step
 */
export function placeBefore(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(steps[middle]) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * What a line says at a step: its last number up to there. Beyond the end of its run it says nothing.
 * @param {Line} line
 * @param {number | null} step null for its newest number
 * @param {number} [end] the newest step of its run
 */
export function valueAt({ steps, told }, step, end = steps.at(-1) ?? -1) {
  if (step === null) return told.findLast((value) => value !== null) ?? null;
  if (step > Math.max(end, steps.at(-1) ?? -1)) return null;
  const at = placeBefore(steps, step);
  return at < 0 ? null : (told[at] ?? null);
}
