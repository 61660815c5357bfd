/** Settings that need a new net: hidden layers, activation, initial weights, seed, data. A button applies them. */

import { icon, make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { ACTIVATIONS } from "../client/words.js";
import { errorText, fill, send } from "./setting-rows.js";
import { readHidden, readScale, readWhole } from "./setting-values.js";

/** @typedef {import("../client/types.js").RunOptions} RunOptions */

const DICE = "M4 4h12v12H4z M7.2 7.2h.01 M12.8 7.2h.01 M10 10h.01 M7.2 12.8h.01 M12.8 12.8h.01";
const LARGEST_SEED = 2 ** 31 - 1;

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {ReturnType<typeof import("./setting-rows.js").createSettingRows>} rows
 * @param {(options: import("../client/types.js").RunRequest) => Promise<unknown>} replace replaces the current run
 */
export function createNetSettings(session, { text, field, typed, select }, replace) {
  const { t, limits } = session;
  const hidden = typed("text");
  const activation = select(/** @type {[string, string][]} */ (Object.entries(ACTIVATIONS)));
  const init = select([["he", "He"], ["xavier", "Xavier"], ["scale", msg("Standard deviation …")]]);
  const scale = typed("decimal", { class: "scale" });
  const seed = typed("numeric");
  const dice = make("button", { type: "button", class: "boxed" }, icon(DICE));
  const dataset = make("select", {}, limits.datasets.map((name) => make("option", { value: name }, name === "mnist" ? "MNIST" : name)));

  const fields = {
    hidden: field("hidden", msg("Hidden layers"), hidden),
    activation: field("activation", msg("Activation"), activation),
    init: field("init", msg("Initial weights"), init, scale),
    seed: field("seed", msg("Seed"), seed, dice),
    dataset: field("dataset", msg("Data"), dataset),
  };
  const begin = make("button", { type: "button", class: "boxed" }, text(msg("Restart with these settings")));
  const back = make("button", { type: "button" }, text(msg("Discard changes")));
  const note = make("p", { class: "muted" });
  const { dataset: datasetField, ...others } = fields;
  const element = make(
    "fieldset",
    {},
    make("legend", {}, text(msg("New net"))),
    note,
    Object.values(others).map(({ row }) => row),
    limits.datasets.length > 1 && datasetField.row,
    make("div", { class: "setting-buttons" }, begin, back),
  );

  /** Controls that the person has changed. */
  const edited = new Set();

  function show() {
    const { options } = session.current;
    fill(hidden, options.hidden.join(", "), edited);
    fill(activation, options.activation, edited);
    fill(init, typeof options.init === "number" ? "scale" : options.init, edited);
    if (typeof options.init === "number") fill(scale, options.init, edited);
    fill(seed, options.seed, edited);
    fill(dataset, options.dataset, edited);
    showChanges();
  }

  /** Return the controls' values and errors, and the options that differ from the run's. */
  function readChanges() {
    const { options } = session.current;
    const reads = {
      hidden: readHidden(hidden.value, limits),
      activation: { value: activation.value },
      init: init.value === "scale" ? readScale(scale.value) : { value: init.value },
      seed: readWhole(seed.value, 0, LARGEST_SEED),
      dataset: { value: dataset.value },
    };
    const invalid = Object.values(reads).some((read) => "error" in read);
    const changed = Object.entries(reads).filter(([key, read]) => "value" in read && String(read.value) !== String(options[/** @type {keyof RunOptions} */ (key)]));
    return { reads, invalid, changes: Object.fromEntries(changed.map(([key, read]) => [key, "value" in read ? read.value : undefined])) };
  }

  function showChanges() {
    scale.hidden = init.value !== "scale";
    const { reads, invalid, changes } = readChanges();
    for (const [key, read] of Object.entries(reads)) fields[/** @type {keyof typeof reads} */ (key)].showError(errorText(read, t));
    const changed = invalid || Object.keys(changes).length > 0;
    begin.disabled = invalid || !changed;
    back.hidden = !changed;
    const words =
      session.current.status.step === 0
        ? t("The net will be made with these settings.")
        : t("These restart at step 0: what the net has learned is lost.");
    if (note.textContent !== words) note.textContent = words;
  }

  const controls = /** @type {(HTMLInputElement | HTMLSelectElement)[]} */ ([hidden, activation, init, scale, seed, dataset]);
  for (const control of controls) {
    control.addEventListener("input", () => {
      edited.add(control);
      if (control === init && init.value === "scale" && scale.value === "") scale.value = "0.01";
      if (control === init) edited.add(scale);
      showChanges();
    });
    control.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key !== "Enter" || !(control instanceof HTMLInputElement) || begin.disabled) return;
      // What the net has learned is not lost by a key: the button asks for it.
      if (session.current.status.step === 0) begin.click();
      else begin.focus();
    });
  }
  dice.addEventListener("click", () => {
    seed.value = String(Math.floor(Math.random() * 10_000));
    edited.add(seed);
    showChanges();
  });

  function restore() {
    edited.clear();
    show();
  }

  /** Forget the edits that were sent; what has been typed since stays. @param {Map<HTMLInputElement | HTMLSelectElement, string>} sent */
  function settle(sent) {
    for (const [control, value] of sent) if (control.value === value) edited.delete(control);
    show();
  }
  back.addEventListener("click", () => {
    restore();
    hidden.focus();
  });
  let sending = false;
  begin.addEventListener("click", async () => {
    // A second click would make a second run.
    if (sending) return;
    sending = true;
    const { changes } = readChanges();
    const { dataset: otherData, ...rest } = changes;
    const typed = new Map(controls.map((control) => [control, control.value]));
    const key = /** @type {keyof typeof fields} */ (Object.keys(changes)[0] ?? "hidden");
    const sent = await send(fields[key], () => (otherData === undefined ? session.current.patch(rest) : replace({ ...session.current.options, ...changes })), t).finally(() => (sending = false));
    if (sent) settle(typed);
  });

  return {
    element,
    show,
    /** Drop changes and errors, for another run. */
    discard() {
      edited.clear();
      for (const { showError } of Object.values(fields)) showError("");
    },
    translate() {
      dice.setAttribute("aria-label", t("New seed"));
      dice.title = t("New seed");
      scale.setAttribute("aria-label", t("Standard deviation of the initial weights"));
    },
  };
}
