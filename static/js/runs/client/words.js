/** Where a run stands, in words and short numbers. No DOM. */

import { msg } from "../../kit/i18n.js";
import { cellText, numberText } from "../../kit/number-text.js";

/** @typedef {import("../../kit/types.js").Translate} Translate */
/** @typedef {import("./types.js").RunOptions} RunOptions */
/** @typedef {import("./types.js").RunStatus} RunStatus */

/** @type {Record<import("./types.js").RunState, string>} */
export const STATES = {
  queued: msg("Waits for a place"),
  ready: msg("Ready"),
  running: msg("Training"),
  paused: msg("Paused"),
  finished: msg("Finished"),
  failed: msg("Stopped"),
  removed: msg("Removed"),
};

/** @type {Record<RunOptions["activation"], string>} names, the same in every language but for their letters */
export const ACTIVATIONS = { relu: msg("ReLU"), sigmoid: msg("Sigmoid"), tanh: msg("tanh") };
/** @type {Record<RunOptions["optimizer"], string>} */
export const OPTIMIZERS = { sgd: "SGD", momentum: "Momentum", adagrad: "AdaGrad", rmsprop: "RMSProp", adam: "Adam" };

/** @param {number} count */
export const countText = (count) => count.toLocaleString("en-US");

/** @param {number | null | undefined} share of 1 */
export const percentText = (share) => (share === null || share === undefined ? "—" : `${(100 * share).toFixed(1)}%`);

/** @param {import("../../kit/types.js").JsonNumber | null} loss */
export const lossText = (loss) => (loss === null ? "—" : Number.isFinite(Number(loss)) ? fixed(Number(loss)) : numberText(Number(loss)));

/** Of one width as long as it is an ordinary loss, so that nothing moves. @param {number} loss */
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
 * A run in a few words: what it is made of.
 * @param {RunOptions} options
 * @param {Translate} t
 */
export function optionsText({ hidden, activation, init, optimizer, learning_rate: rate }, t) {
  const sizes = hidden.length > 0 ? hidden.join("-") : t("no hidden layer");
  return `${sizes} · ${t(ACTIVATIONS[activation])} · ${initText(init)} · ${OPTIMIZERS[optimizer]} ${cellText(rate)}`;
}

/**
 * What a screen reader is told of a run from time to time.
 * @param {string} name
 * @param {RunStatus} status
 * @param {Translate} t
 */
export function spoken(name, status, t) {
  const parts = [t("Run {name}: {state}", { name, state: t(STATES[status.state]) }), t("step {n}", { n: status.step })];
  if (status.loss !== null) parts.push(t("loss {loss}", { loss: lossText(status.loss) }));
  if (status.accuracy !== null) parts.push(t("accuracy {share}", { share: percentText(status.accuracy) }));
  if (status.test_accuracy !== null) parts.push(t("on the test set {share}", { share: percentText(status.test_accuracy) }));
  return parts.join(", ");
}
