/** What the address says about runs: the open ones, and options to make such a run again. No DOM. */

import { readNumber } from "../../figure/state.js";

/** @typedef {import("./types.js").RunOptions} RunOptions */
/** @typedef {import("./types.js").RunRequest} RunRequest */

const ACTIVATIONS = /** @type {const} */ (["relu", "sigmoid", "tanh"]);
const OPTIMIZERS = /** @type {const} */ (["sgd", "momentum", "adagrad", "rmsprop", "adam"]);

/**
 * Options of a run that the address says nothing about: the book's net, always with the same seed.
 * @type {RunOptions}
 */
export const DEFAULTS = {
  hidden: [50],
  activation: "relu",
  init: "he",
  optimizer: "sgd",
  learning_rate: 0.1,
  batch_size: 100,
  seed: 0,
  dataset: "mnist",
};

/** @param {string} text */
const readCount = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined);

/**
 * Read sizes of hidden layers: `50`, `100, 50`, or an empty text for none.
 * @param {string} text
 * @returns {number[] | undefined}
 */
export function readSizes(text) {
  const parts = text.trim().split(/[\s,]+/).filter(Boolean);
  const sizes = parts.map(readCount);
  return sizes.some((size) => !size) ? undefined : /** @type {number[]} */ (sizes);
}

/**
 * @template {keyof RunOptions} K
 * @typedef {{name: string, read: (text: string) => RunOptions[K] | undefined, write: (value: RunOptions[K]) => string}} Field
 */

/** @type {{[K in keyof RunOptions]: Field<K>}} */
const FIELDS = {
  hidden: { name: "hidden", read: readSizes, write: (hidden) => hidden.join(",") },
  activation: { name: "activation", read: (text) => ACTIVATIONS.find((item) => item === text), write: String },
  init: { name: "init", read: (text) => (text === "he" || text === "xavier" ? text : readNumber(text)), write: String },
  optimizer: { name: "optimizer", read: (text) => OPTIMIZERS.find((item) => item === text), write: String },
  learning_rate: { name: "rate", read: readNumber, write: String },
  batch_size: { name: "batch", read: readCount, write: String },
  seed: { name: "seed", read: readCount, write: String },
  dataset: { name: "data", read: (text) => text || undefined, write: String },
};
const NAMES = /** @type {(keyof RunOptions)[]} */ (Object.keys(FIELDS));

/** Every query key about runs. */
export const RUN_KEYS = ["run", "runs", "sample", ...NAMES.map((name) => FIELDS[name].name)];

/** @param {string | null} id */
const readId = (id) => (id && /^[\w-]{1,40}$/.test(id) ? id : null);

/**
 * @typedef {object} RunAddress
 * @property {string | null} run id of the current run
 * @property {string[]} runs ids of all open runs, the current one among them
 * @property {number | null} sample index of the image shown from the batch
 * @property {RunRequest} options options for a new run, if those in the address are gone
 */

/**
 * Read a query; meaningless values are left out.
 * @param {string} query
 * @param {number} most maximum number of runs
 * @returns {RunAddress}
 */
export function readAddress(query, most) {
  const params = new URLSearchParams(query);
  const run = readId(params.get("run"));
  const named = (params.get("runs") ?? "").split(",").flatMap((id) => readId(id) ?? []);
  const runs = [...new Set(run && !named.includes(run) ? [run, ...named] : named)].slice(0, most);
  const given = NAMES.flatMap((name) => {
    const text = params.get(FIELDS[name].name);
    const value = text === null ? undefined : FIELDS[name].read(text);
    return value === undefined ? [] : [[name, value]];
  });
  return { run: run ?? runs[0] ?? null, runs, sample: readCount(params.get("sample") ?? "") ?? null, options: Object.fromEntries(given) };
}

/**
 * Write runs, image and the current run's options into a query; the rest of it stays.
 * @param {URLSearchParams} params
 * @param {{run: string, runs: string[], sample: number | null, options: RunOptions}} shown
 */
export function writeAddress(params, { run, runs, sample, options }) {
  for (const key of RUN_KEYS) params.delete(key);
  params.set("run", run);
  if (runs.length > 1) params.set("runs", runs.join(","));
  if (sample !== null) params.set("sample", String(sample));
  for (const name of NAMES) {
    const write = /** @type {(value: unknown) => string} */ (FIELDS[name].write);
    const text = write(options[name]);
    if (text !== write(/** @type {never} */ (DEFAULTS[name]))) params.set(FIELDS[name].name, text);
  }
}
