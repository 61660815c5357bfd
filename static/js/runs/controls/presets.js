/** Runs worth comparing: variants that differ in one option, and experiments of several runs. No DOM. */

import { msg } from "../../kit/i18n.js";
import { ACTIVATIONS, initText, OPTIMIZERS } from "../client/words.js";

/** @typedef {import("../client/types.js").RunOptions} RunOptions */
/** @typedef {import("../client/types.js").RunRequest} RunRequest */
/** @typedef {import("../../kit/types.js").Translate} Translate */

/** @param {number} rate rounded to a few digits */
const rounded = (rate) => Number(rate.toPrecision(3));

/** @type {{title: string, variants: (options: RunOptions) => {name: string, change: RunRequest}[]}[]} */
export const DIFFERENCES = [
  {
    title: msg("Activation"),
    variants: () => /** @type {const} */ (["relu", "sigmoid", "tanh"]).map((activation) => ({ name: ACTIVATIONS[activation], change: { activation } })),
  },
  {
    title: msg("Initial weights"),
    variants: () => /** @type {const} */ ([0.01, 1, "xavier", "he"]).map((init) => ({ name: initText(init), change: { init } })),
  },
  {
    title: msg("Learning rate"),
    variants: ({ learning_rate: rate }) => [
      { name: "÷ 10", change: { learning_rate: rounded(rate / 10) } },
      { name: "× 10", change: { learning_rate: rounded(rate * 10) } },
    ],
  },
  {
    title: msg("Optimizer"),
    // Each with its usual learning rate, which the server knows.
    variants: () =>
      /** @type {(keyof typeof OPTIMIZERS)[]} */ (Object.keys(OPTIMIZERS)).map((optimizer) => ({ name: OPTIMIZERS[optimizer], change: { optimizer } })),
  },
];

/**
 * Return a request for a run that differs in one option.
 * @param {RunOptions} options
 * @param {RunRequest} change
 * @returns {RunRequest}
 */
export function varied(options, change) {
  const request = { ...options, ...change };
  if (change.optimizer && change.optimizer !== options.optimizer) {
    const { learning_rate: _, ...rest } = request;
    return rest;
  }
  return request;
}

/** Whether a change would leave the options as they are. @param {RunOptions} options @param {RunRequest} change */
export const isSame = (options, change) => Object.entries(change).every(([key, value]) => String(options[/** @type {keyof RunOptions} */ (key)]) === String(value));

const DEEP = [50, 50, 50, 50];

/** @type {{title: string, says: string, runs: RunRequest[]}[]} */
export const EXPERIMENTS = [
  {
    title: msg("Sigmoid against ReLU"),
    says: msg("Four hidden layers. Through sigmoids the gradient vanishes on its way back."),
    runs: [
      { hidden: DEEP, activation: "sigmoid", init: "xavier" },
      { hidden: DEEP, activation: "relu", init: "he" },
    ],
  },
  {
    title: msg("Initial weights 0.01, Xavier, He"),
    says: msg("Four hidden ReLU layers: if the weights are too small, nothing goes forward and nothing comes back."),
    runs: [
      { hidden: DEEP, activation: "relu", init: 0.01 },
      { hidden: DEEP, activation: "relu", init: "xavier" },
      { hidden: DEEP, activation: "relu", init: "he" },
    ],
  },
  {
    title: msg("Initial weights 0.01, 1, Xavier"),
    says: msg("Four hidden sigmoid layers: if the weights are too small, all units say the same; if too large, they saturate."),
    runs: [
      { hidden: DEEP, activation: "sigmoid", init: 0.01 },
      { hidden: DEEP, activation: "sigmoid", init: 1 },
      { hidden: DEEP, activation: "sigmoid", init: "xavier" },
    ],
  },
];
