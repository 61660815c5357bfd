/** Marks of changes on the curves: their words, and the placement of their texts. No DOM. */

import { numberText } from "../../kit/number-text.js";
import { OPTIMIZERS } from "../client/words.js";

/** @typedef {import("../client/types.js").Mark} Mark */
/** @typedef {import("../../kit/types.js").Translate} Translate */

/**
 * @typedef {object} Place
 * @property {string} run
 * @property {number} step
 * @property {string} text
 */

/** Minimum distance between two texts. */
const GAP = 10;

/** @type {Record<string, (value: unknown, t: Translate) => string>} */
const TEXTS = {
  learning_rate: (value, t) => t("learning rate {value}", { value: numberText(Number(value)) }),
  batch_size: (value, t) => t("batch size {value}", { value: numberText(Number(value)) }),
  optimizer: (value) => OPTIMIZERS[/** @type {keyof typeof OPTIMIZERS} */ (value)] ?? String(value),
  params: (_, t) => t("parameters from a file"),
  restarted: (_, t) => t("worker restarted"),
};
/** Order of several changes at one step. */
const ORDER = ["optimizer", "learning_rate", "batch_size", "params", "restarted"];

/**
 * Return the marks of all runs by step; changes at one step of a run are joined. A change that makes a new net begins
 * at step 0 and has no mark.
 * @param {readonly {name: string, marks: readonly Mark[], events: readonly {kind: string, step: number}[]}[]} runs
 * @param {Translate} t
 * @returns {Place[]}
 */
export function placesOf(runs, t) {
  /** @type {Place[]} */
  const places = [];
  for (const { name, marks, events } of runs) {
    const restarts = events.filter(({ kind }) => kind === "restarted").map(({ kind, step }) => ({ step, name: kind, value: null }));
    /** @type {Map<number, Map<string, unknown>>} */
    const steps = new Map();
    for (const mark of [...marks, ...restarts]) {
      if (mark.step === 0 || !TEXTS[mark.name]) continue;
      const changed = steps.get(mark.step) ?? new Map();
      steps.set(mark.step, changed.set(mark.name, mark.value));
    }
    for (const [step, changed] of steps) {
      const changes = ORDER.filter((key) => changed.has(key)).map((key) => TEXTS[key]?.(changed.get(key), t));
      const text = changes.join(", ");
      places.push({ run: name, step, text: runs.length > 1 ? `${name}: ${text}` : text });
    }
  }
  return places.sort((a, b) => a.step - b.step);
}

/**
 * Place texts beside their lines in two rows, right or left; null for one that would cover another. In the lower row
 * no text crosses a line; lines end below texts of the upper row.
 * @param {readonly {at: number, width: number}[]} texts by rising position `at` on the screen
 * @param {{left: number, right: number}} room
 * @param {number} [away] distance from the line
 * @returns {({from: number, row: 0 | 1} | null)[]} left end and row of each text
 */
export function textPlaces(texts, { left, right }, away = 4) {
  /** Texts placed in each row, with their lines. @type {[number, number, number][][]} */
  const rows = [[], []];
  return texts.map(({ at, width }) => {
    for (const row of /** @type {const} */ ([0, 1])) {
      for (const from of [at + away, at - away - width]) {
        const to = from + width;
        const crossed = row === 0 ? texts.map((other) => other.at) : (rows[1] ?? []).map(([line]) => line);
        const free = (rows[row] ?? []).every(([line, start, end]) => (to + GAP <= start || from >= end + GAP) && (at < start || at > end) && (line < from || line > to));
        if (from < left || to > right || !free || crossed.some((line) => line > from && line < to)) continue;
        rows[row]?.push([at, from, to]);
        return { from, row };
      }
    }
    return null;
  });
}
