/** The settings of the run that is looked at: what changes on the way, and what needs another net. */

import { ApiProblem, isAbort } from "../../kit/http.js";
import { icon, make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { powerOf, rateAt, RATE_POWERS, readHidden, readRate, readScale, readWhole } from "./setting-values.js";
import { ACTIVATIONS, OPTIMIZERS } from "../client/words.js";
import { createSettingRows } from "./setting-rows.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunOptions} RunOptions */
/** @typedef {import("../client/types.js").RunChanges} RunChanges */
/** @typedef {import("./setting-values.js").Read} Read */

/** Pause in a drag after which the server is told, in milliseconds. */
const SETTLE = 120;
const DICE = "M4 4h12v12H4z M7.2 7.2h.01 M12.8 7.2h.01 M10 10h.01 M7.2 12.8h.01 M12.8 12.8h.01";
const LARGEST_SEED = 2 ** 31 - 1;

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 * @param {object} ways
 * @param {(options: import("../client/types.js").RunRequest) => Promise<unknown>} ways.replace another run in the place of this one
 */
export function mountRunControls(session, host, { replace }) {
  const { t, store, limits } = session;
  const { text, field, typed, select, translate } = createSettingRows(t);

  // On the way
  const rate = typed("decimal");
  const slider = make("input", { type: "range", min: RATE_POWERS.from, max: RATE_POWERS.to, step: 0.05 });
  const batch = typed("numeric");
  const optimizer = select(/** @type {[string, string][]} */ (Object.entries(OPTIMIZERS)));
  const steps = typed("numeric");
  const speed = select([["0", msg("Full speed")], ["100", msg("100 steps a second")], ["10", msg("10 steps a second")], ["1", msg("1 step a second")]]);
  // Another net
  const hidden = typed("text");
  const activation = select(/** @type {[string, string][]} */ (Object.entries(ACTIVATIONS)));
  const init = select([["he", "He"], ["xavier", "Xavier"], ["scale", msg("A scale …")]]);
  const scale = typed("decimal", { class: "scale" });
  const seed = typed("numeric");
  const dice = make("button", { type: "button", class: "boxed" }, icon(DICE));
  const dataset = make("select", {}, limits.datasets.map((name) => make("option", { value: name }, name === "mnist" ? "MNIST" : name)));

  const fields = {
    learning_rate: field("rate", msg("Learning rate"), rate),
    optimizer: field("optimizer", msg("Optimizer"), optimizer),
    batch_size: field("batch", msg("Batch size"), batch),
    steps: field("steps", msg("Train until step"), steps),
    most_speed: field("speed", msg("Speed"), speed),
    hidden: field("hidden", msg("Hidden layers"), hidden),
    activation: field("activation", msg("Activation"), activation),
    init: field("init", msg("First weights"), init, scale),
    seed: field("seed", msg("Seed"), seed, dice),
    dataset: field("dataset", msg("Data"), dataset),
  };
  fields.learning_rate.row.append(slider);

  const begin = make("button", { type: "button", class: "boxed" }, text(msg("Begin again with these")));
  const back = make("button", { type: "button" }, text(msg("Leave as it is")));
  const ways = make("div", { class: "setting-buttons" }, begin, back);
  const say = make("p", { class: "muted" });

  host.append(
    make("fieldset", {}, make("legend", {}, text(msg("While it trains"))), fields.learning_rate.row, fields.optimizer.row, fields.batch_size.row, fields.steps.row, fields.most_speed.row),
    make(
      "fieldset",
      {},
      make("legend", {}, text(msg("Another net"))),
      say,
      fields.hidden.row,
      fields.activation.row,
      fields.init.row,
      fields.seed.row,
      limits.datasets.length > 1 ? fields.dataset.row : "",
      ways,
    ),
  );

  /** @param {Read} read */
  const wrongIn = (read) => ("error" in read ? t(read.error, read.values) : "");
  const initOf = () => (init.value === "scale" ? readScale(scale.value) : { value: init.value });

  /** Fields in which somebody has typed something that is not yet said to the server. */
  const dirty = new Set();

  function show() {
    const { options, status } = session.current;
    const put = (/** @type {HTMLInputElement | HTMLSelectElement} */ element, /** @type {string | number} */ value) => {
      if (dirty.has(element) || element.value === String(value)) return;
      element.value = String(value);
    };
    put(rate, options.learning_rate);
    if (!dirty.has(slider)) slider.value = String(powerOf(options.learning_rate));
    slider.setAttribute("aria-valuetext", String(options.learning_rate));
    put(batch, options.batch_size);
    put(optimizer, options.optimizer);
    put(steps, status.steps);
    put(speed, status.most_speed);
    put(hidden, options.hidden.join(", "));
    put(activation, options.activation);
    put(init, typeof options.init === "number" ? "scale" : options.init);
    if (typeof options.init === "number") put(scale, options.init);
    put(seed, options.seed);
    put(dataset, options.dataset);
    showNet();
  }

  /** What the fields of the net say that the run is not. */
  function netChanges() {
    const { options } = session.current;
    const reads = { hidden: readHidden(hidden.value, limits), activation: { value: activation.value }, init: initOf(), seed: readWhole(seed.value, 0, LARGEST_SEED), dataset: { value: dataset.value } };
    const wrong = Object.entries(reads).filter(([, read]) => "error" in read);
    const changed = Object.entries(reads).filter(([key, read]) => "value" in read && String(read.value) !== String(options[/** @type {keyof RunOptions} */ (key)]));
    return { reads, wrong, changes: Object.fromEntries(changed.map(([key, read]) => [key, "value" in read ? read.value : undefined])) };
  }

  function showNet() {
    const { status } = session.current;
    scale.hidden = init.value !== "scale";
    const { reads, wrong, changes } = netChanges();
    for (const [key, read] of Object.entries(reads)) fields[/** @type {keyof typeof reads} */ (key)].tell(wrongIn(read));
    const any = wrong.length > 0 || Object.keys(changes).length > 0;
    begin.disabled = wrong.length > 0 || !any;
    back.hidden = !any;
    const words =
      status.step === 0
        ? t("The net is made anew with these.")
        : t("These begin again at step 0: what was learned so far is given up.");
    if (say.textContent !== words) say.textContent = words;
  }

  /**
   * @param {keyof typeof fields} key
   * @param {() => Promise<unknown>} what
   */
  async function send(key, what) {
    try {
      await what();
      fields[key].tell("");
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
      fields[key].tell(error instanceof ApiProblem ? error.message : t("The server does not answer."));
    }
  }

  /**
   * What is typed is sent when it is left or Enter is pressed, and what is wrong is told at once.
   * @param {HTMLInputElement} element
   * @param {"learning_rate" | "batch_size" | "steps"} key
   * @param {() => Read} read
   */
  function takes(element, key, read) {
    element.addEventListener("input", () => {
      dirty.add(element);
      fields[key].tell("");
    });
    const leave = async () => {
      if (!dirty.has(element)) return;
      const found = read();
      fields[key].tell(wrongIn(found));
      if ("error" in found) return;
      await send(key, () => session.current.patch(/** @type {RunChanges} */ ({ [key]: found.value })));
      dirty.delete(element);
      show();
    };
    element.addEventListener("change", leave);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter") leave();
      if (event.key !== "Escape" || !dirty.has(element)) return;
      event.stopPropagation();
      dirty.delete(element);
      fields[key].tell("");
      show();
    });
  }

  takes(rate, "learning_rate", () => readRate(rate.value));
  takes(batch, "batch_size", () => readWhole(batch.value, 1, limits.batch_size));
  takes(steps, "steps", () => readWhole(steps.value, Math.max(1, session.current.status.step), limits.steps));

  let settle = 0;
  slider.addEventListener("input", () => {
    dirty.add(slider).delete(rate);
    const value = rateAt(Number(slider.value));
    rate.value = String(value);
    slider.setAttribute("aria-valuetext", String(value));
    clearTimeout(settle);
    settle = window.setTimeout(() => send("learning_rate", () => session.current.patch({ learning_rate: value })), SETTLE);
  });
  slider.addEventListener("change", () => dirty.delete(slider));
  optimizer.addEventListener("change", () => {
    const name = /** @type {RunOptions["optimizer"]} */ (optimizer.value);
    // Each follows its gradients with strides of its own: the rate goes along.
    send("optimizer", () => session.current.patch({ optimizer: name, learning_rate: limits.learning_rates[name] }));
  });

  speed.addEventListener("change", () => {
    send("most_speed", () => session.current.patch({ most_speed: Number(speed.value) }));
  });

  const net = [hidden, activation, init, scale, seed, dataset];
  for (const element of net) {
    element.addEventListener("input", () => {
      dirty.add(element);
      if (element === init && init.value === "scale" && scale.value === "") scale.value = "0.01";
      if (element === init) dirty.add(scale);
      showNet();
    });
    element.addEventListener("keydown", (event) => {
      const { key } = /** @type {KeyboardEvent} */ (event);
      if (key === "Enter" && element instanceof HTMLInputElement && !begin.disabled) begin.click();
    });
  }
  dice.addEventListener("click", () => {
    seed.value = String(Math.floor(Math.random() * 10_000));
    dirty.add(seed);
    showNet();
  });
  function forget() {
    for (const element of net) dirty.delete(element);
    show();
  }
  back.addEventListener("click", () => {
    forget();
    hidden.focus();
  });
  begin.addEventListener("click", async () => {
    const { changes } = netChanges();
    const { dataset: other, ...rest } = changes;
    const key = /** @type {keyof typeof fields} */ (Object.keys(changes)[0] ?? "hidden");
    await send(key, () => (other === undefined ? session.current.patch(rest) : replace({ ...session.current.options, ...changes })));
    if (host.querySelector(".setting-error:not([hidden])")) return;
    forget();
  });

  function words() {
    translate();
    dice.setAttribute("aria-label", t("Another seed"));
    dice.title = t("Another seed");
    slider.setAttribute("aria-label", t("Learning rate, on a logarithmic scale"));
    scale.setAttribute("aria-label", t("Standard deviation of the first weights"));
    show();
  }

  let shown = "";
  session.on("status", ({ run, status }) => {
    if (run !== session.current) return;
    const now = JSON.stringify([status.options, status.steps, status.most_speed, status.step > 0]);
    if (now === shown) return;
    shown = now;
    show();
  });
  session.on("current", () => {
    dirty.clear();
    for (const { tell } of Object.values(fields)) tell("");
    show();
  });
  store.subscribe(["lang"], words);
  words();
}
