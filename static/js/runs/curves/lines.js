/** The lines of a chart: which there are, their style, and their numbers. No DOM. */

import { msg } from "../../kit/i18n.js";
import { placeBefore } from "./columns.js";
import { smoothed, smoothedSizes } from "./smoothing.js";

/** @typedef {import("./curve.js").Curve} Curve */
/** @typedef {"loss" | "accuracy" | "gradients" | "dead"} Quantity */
/** @typedef {"all" | "ends"} Layers every layer, or only the first and last of each run */

/**
 * A run as charts take it.
 * @typedef {object} Drawn
 * @property {string} name
 * @property {0 | 1 | 2} slot
 * @property {boolean} current whether it is the current run
 * @property {string} activation
 * @property {Curve} curve
 */

/**
 * @typedef {object} Line
 * @property {string} key
 * @property {string} run
 * @property {0 | 1 | 2} slot line style
 * @property {boolean} current
 * @property {"forward" | "backward"} of colour of a run alone
 * @property {number | null} hue beside other runs the colour is the run's: its slot; null for a run alone
 * @property {number} width
 * @property {number} strength share of the full colour, 0 … 1
 * @property {string} label label at its end: English, or a name that is the same in all languages
 * @property {boolean} quiet whether it is the raw line behind a smooth one: without label, not announced
 * @property {readonly number[]} steps
 * @property {readonly (number | null)[]} values what is drawn; null where there is no number
 * @property {readonly (number | null)[]} exact the numbers themselves, which may be less smooth
 */

/** Maximum number of lines that can be told apart. */
const MANY_LINES = 8;
/** Maximum number of layers with raw lines behind the smooth ones. */
const FEW_LAYERS = 3;

/** @type {Record<string, string>} */
const ACTIVATION_NAMES = { relu: "ReLU", sigmoid: "Sigmoid", tanh: "Tanh" };

/** @param {number | undefined} value */
const known = (value) => (value === undefined || !Number.isFinite(value) ? null : value);

/**
 * Return the indices of the layers drawn.
 * @param {number} count
 * @param {Layers} layers
 */
const shownLayers = (count, layers) =>
  Array.from({ length: count }, (_, k) => k).filter((k) => layers === "all" || k === 0 || k === count - 1);

/**
 * Return "all" while all layers' lines can be told apart.
 * @param {readonly number[]} counts number of layers of each run
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
  // Lines behind are drawn first.
  return [...lines.filter(({ quiet }) => quiet), ...lines.filter(({ quiet }) => !quiet)];
}

/**
 * @param {Quantity} quantity
 * @param {Drawn} run
 * @param {boolean} alone whether it is the only run: then raw lines fit behind the smooth ones
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
    hue: alone ? null : slot,
    width: current ? 2 : 1.5,
    strength: 1,
    label,
    quiet: false,
    steps,
    values: raw,
    exact: raw,
    ...more,
  });
  /**
   * Create a smooth line, with the raw one behind it if it fits.
   * @type {(label: string, raw: (number | null)[], more?: Partial<Line>) => Line[]}
   */
  const pair = (label, raw, more = {}) => {
    const smooth = line(label, every, raw, { ...more, values: (quantity === "gradients" ? smoothedSizes : smoothed)(raw, breaks) });
    const behind = { key: `${smooth.key} raw`, width: 1, strength: smooth.strength * 0.35, quiet: true };
    return alone && count <= FEW_LAYERS ? [{ ...smooth, ...behind, values: raw }, smooth] : [smooth];
  };
  const gradients = quantity === "gradients";
  const count = (gradients ? points.at(-1)?.norms : points.at(-1)?.dead)?.length ?? 0;
  // Beside other runs the loss is labelled by the run's name alone.
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
      // The first layer stands out; the others fade towards the last.
      { width: (k === 0 ? 1.75 : 1.25) + (current ? 0.25 : 0), strength: 1 - (0.4 * k) / Math.max(1, count - 1) },
    ),
  );
}

/**
 * Return one line per run: gradient norm by layer at one step.
 * @param {readonly Drawn[]} runs
 * @param {number | null} step null for the newest
 * @returns {Line[]}
 */
export function profilesOf(runs, step) {
  return runs.flatMap(({ name, slot, current, curve: { points } }) => {
    const at = step === null ? points.length - 1 : placeBefore(points.map((point) => point.step), step);
    const norms = step !== null && step > (points.at(-1)?.step ?? -1) ? [] : (points[at]?.norms ?? []);
    const values = norms.map(known);
    const hue = runs.length > 1 ? slot : null;
    const common = { key: `${name} profile`, run: name, slot, hue, current, label: "", quiet: false, strength: 1 };
    return [{ ...common, of: /** @type {const} */ ("backward"), width: current ? 2.25 : 1.75, steps: norms.map((_, k) => k + 1), values, exact: values }];
  });
}

/**
 * Return a line's last number up to a step, or null beyond the end of its run.
 * @param {Line} line
 * @param {number | null} step null for its newest number
 * @param {number} [end] newest step of its run
 */
export function valueAt({ steps, exact }, step, end = steps.at(-1) ?? -1) {
  if (step === null) return exact.findLast((value) => value !== null) ?? null;
  if (step > Math.max(end, steps.at(-1) ?? -1)) return null;
  const at = placeBefore(steps, step);
  return at < 0 ? null : (exact[at] ?? null);
}
