/** Settings that change while a run trains: learning rate, optimizer, batch size, steps, speed. */

import { make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { OPTIMIZERS } from "../client/words.js";
import { errorText, fill, send } from "./setting-rows.js";
import { powerOf, RATE_POWERS, rateAt, readRate, readWhole } from "./setting-values.js";

/** @typedef {import("../client/types.js").RunOptions} RunOptions */
/** @typedef {import("../client/types.js").RunChanges} RunChanges */
/** @typedef {import("./setting-values.js").Read} Read */

/** Pause in a drag after which the new rate is sent, in milliseconds. */
const SETTLE = 120;

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {ReturnType<typeof import("./setting-rows.js").createSettingRows>} rows
 */
export function createTrainingSettings(session, { text, field, typed, select }) {
  const { t, limits } = session;
  const rate = typed("decimal");
  const slider = make("input", { type: "range", min: RATE_POWERS.from, max: RATE_POWERS.to, step: 0.05 });
  const batch = typed("numeric");
  const optimizer = select(/** @type {[string, string][]} */ (Object.entries(OPTIMIZERS)));
  const steps = typed("numeric");
  const speed = select([["0", msg("Full speed")], ["100", msg("100 steps per second")], ["10", msg("10 steps per second")], ["1", msg("1 step per second")]]);

  const fields = {
    learning_rate: field("rate", msg("Learning rate"), rate),
    optimizer: field("optimizer", msg("Optimizer"), optimizer),
    batch_size: field("batch", msg("Batch size"), batch),
    steps: field("steps", msg("Train until step"), steps),
    most_speed: field("speed", msg("Speed"), speed),
  };
  fields.learning_rate.row.append(slider);
  const element = make("fieldset", {}, make("legend", {}, text(msg("While it trains"))), Object.values(fields).map(({ row }) => row));

  /** Controls with input that has not been sent yet. */
  const edited = new Set();

  function show() {
    const { options, status } = session.current;
    fill(rate, options.learning_rate, edited);
    fill(slider, powerOf(options.learning_rate), edited);
    slider.setAttribute("aria-valuetext", String(options.learning_rate));
    fill(batch, options.batch_size, edited);
    fill(optimizer, options.optimizer, edited);
    fill(steps, status.steps, edited);
    fill(speed, status.most_speed, edited);
  }

  const patch = (/** @type {keyof typeof fields} */ key, /** @type {RunChanges} */ changes) =>
    send(fields[key], () => session.current.patch(changes), t);

  /**
   * Send a typed value when the control is left or Enter is pressed. Escape restores the run's value.
   * @param {HTMLInputElement} control
   * @param {"learning_rate" | "batch_size" | "steps"} key
   * @param {() => Read} read
   */
  function sendTyped(control, key, read) {
    const leave = async () => {
      if (!edited.has(control)) return;
      const value = read();
      fields[key].showError(errorText(value, t));
      if ("error" in value) return;
      const sent = control.value;
      await patch(key, { [key]: value.value });
      // Where the next value is being typed, it stays.
      if (control.value === sent) edited.delete(control);
      show();
    };
    control.addEventListener("input", () => {
      edited.add(control);
      fields[key].showError("");
    });
    control.addEventListener("change", leave);
    control.addEventListener("keydown", (event) => {
      if (event.key === "Enter") leave();
      if (event.key !== "Escape" || !edited.has(control)) return;
      event.stopPropagation();
      edited.delete(control);
      fields[key].showError("");
      show();
    });
  }

  sendTyped(rate, "learning_rate", () => readRate(rate.value));
  sendTyped(batch, "batch_size", () => readWhole(batch.value, 1, limits.batch_size));
  sendTyped(steps, "steps", () => readWhole(steps.value, Math.max(1, session.current.status.step), limits.steps));

  let settle = 0;
  slider.addEventListener("input", () => {
    edited.add(slider).delete(rate);
    const value = rateAt(Number(slider.value));
    rate.value = String(value);
    slider.setAttribute("aria-valuetext", String(value));
    clearTimeout(settle);
    // Of the run whose slider it was: another may be chosen until then.
    const run = session.current;
    settle = window.setTimeout(() => send(fields.learning_rate, () => run.patch({ learning_rate: value }), t), SETTLE);
  });
  slider.addEventListener("change", () => edited.delete(slider));
  optimizer.addEventListener("change", () => {
    const name = /** @type {RunOptions["optimizer"]} */ (optimizer.value);
    // Each optimizer has a learning rate of its own.
    patch("optimizer", { optimizer: name, learning_rate: limits.learning_rates[name] });
  });
  speed.addEventListener("change", () => patch("most_speed", { most_speed: Number(speed.value) }));

  return {
    element,
    show,
    /** Drop unsent input and errors, for another run. */
    discard() {
      edited.clear();
      for (const { showError } of Object.values(fields)) showError("");
    },
    translate: () => slider.setAttribute("aria-label", t("Learning rate, on a logarithmic scale")),
  };
}
