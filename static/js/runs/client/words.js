/** A run's status and options in words and short numbers. No DOM. */

import { msg } from "../../kit/i18n.js";
import { cellText, numberText } from "../../kit/number-text.js";

/** @typedef {import("../../kit/types.js").Translate} Translate */
/** @typedef {import("./types.js").RunOptions} RunOptions */
/** @typedef {import("./types.js").RunStatus} RunStatus */

/** @type {Record<import("./types.js").RunState, string>} */
export const STATES = {
  queued: msg("In the queue"),
  ready: msg("Ready"),
  running: msg("Training"),
  paused: msg("Paused"),
  finished: msg("Finished"),
  failed: msg("Stopped"),
  removed: msg("Removed"),
};

/** @type {Record<RunOptions["activation"], string>} their script differs by language */
export const ACTIVATIONS = { relu: msg("ReLU"), sigmoid: msg("Sigmoid"), tanh: msg("tanh") };
/** @type {Record<RunOptions["optimizer"], string>} */
export const OPTIMIZERS = { sgd: "SGD", momentum: "Momentum", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam" };

/** @param {number} count */
export const countText = (count) => count.toLocaleString("en-US");

/** @param {number | null | undefined} share 0 … 1 */
export const percentText = (share) => (share === null || share === undefined ? "—" : `${(100 * share).toFixed(1)}%`);

/** @param {import("../../kit/types.js").JsonNumber | null} loss */
export const lossText = (loss) => (loss === null ? "—" : Number.isFinite(Number(loss)) ? fixed(Number(loss)) : numberText(Number(loss)));

/** Format an ordinary loss with a constant width, so that nothing moves. @param {number} loss */
const fixed = (loss) => (Math.abs(loss) < 100 ? loss.toFixed(3) : numberText(loss));

/**
 * @param {number} seconds
 * @param {Translate} t
 */
export function timeText(seconds, t) {
  if (seconds < 90) return t("{n} s left", { n: Math.max(1, Math.round(seconds)) });
  if (seconds < 90 * 60) return t("{n} min left", { n: Math.round(seconds / 60) });
  return t("{n} h left", { n: Math.round(seconds / 3600) });
}

/** @param {RunOptions["init"]} init */
export const initText = (init) => (init === "he" ? "He" : init === "xavier" ? "Xavier" : cellText(init));

/**
 * Describe a run by its options, in a few words.
 * @param {RunOptions} options
 * @param {Translate} t
 */
export function optionsText({ hidden, activation, init, optimizer, learning_rate: rate }, t) {
  const sizes = hidden.length > 0 ? hidden.join("-") : t("no hidden layer");
  return `${sizes} · ${t(ACTIVATIONS[activation])} · ${initText(init)} · ${OPTIMIZERS[optimizer]} ${cellText(rate)}`;
}

/**
 * Describe a run's status for a screen reader.
 * @param {string} name
 * @param {RunStatus} status
 * @param {Translate} t
 */
export function spoken(name, status, t) {
  const parts = [t("Run {name}: {state}", { name, state: t(STATES[status.state]) }), t("step {n}", { n: status.step })];
  if (status.loss !== null) parts.push(t("loss {loss}", { loss: lossText(status.loss) }));
  if (status.accuracy !== null) parts.push(t("accuracy {share}", { share: percentText(status.accuracy) }));
  if (status.test_accuracy !== null) parts.push(t("test accuracy {share}", { share: percentText(status.test_accuracy) }));
  return parts.join(", ");
}
