/** The runs side by side: their differences, their progress, and the gradient at their first layer. */

import { make, morph } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { cellText } from "../../kit/number-text.js";
import { ACTIVATIONS, countText, initText, lossText, OPTIMIZERS, percentText } from "../client/words.js";
import { lineSample } from "./end-labels.js";
import { feedOf } from "./feed.js";

/** @typedef {import("../client/types.js").RunOptions} RunOptions */
/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../../kit/types.js").Translate} Translate */

/** Ratio of first to last layer's gradient below which the gradient has vanished. */
const VANISHED = 1e-2;
/** Interval at which the table is written, in milliseconds. */
const READABLE = 500;

/**
 * Options that runs may differ in: key, title and text.
 * @type {[keyof RunOptions, string, (options: RunOptions, t: Translate) => string][]}
 */
const DIFFER = [
  ["dataset", msg("Data"), ({ dataset }) => dataset],
  ["hidden", msg("Hidden layers"), ({ hidden }, t) => (hidden.length ? hidden.join("-") : t("none"))],
  ["activation", msg("Activation"), ({ activation }, t) => t(ACTIVATIONS[activation])],
  ["init", msg("Initial weights"), ({ init }) => initText(init)],
  ["optimizer", msg("Optimizer"), ({ optimizer }) => OPTIMIZERS[optimizer]],
  ["learning_rate", msg("Learning rate"), ({ learning_rate: rate }) => cellText(rate)],
  ["batch_size", msg("Batch size"), ({ batch_size: size }) => countText(size)],
  ["seed", msg("Seed"), ({ seed }) => String(seed)],
];

/**
 * Return the options in which the runs differ.
 * @param {readonly RunOptions[]} options
 */
export const differing = (options) => DIFFER.filter(([key]) => new Set(options.map((each) => String(each[key]))).size > 1);

/**
 * Return the first layer's gradient norm over the last layer's, or null if there is no such ratio.
 * @param {readonly number[] | undefined} norms
 */
export function reachOf(norms) {
  const [first, last] = [norms?.[0], norms?.at(-1)];
  if (!norms || norms.length < 2 || first === undefined || !last || !Number.isFinite(first) || !Number.isFinite(last)) return null;
  return first / last;
}

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 */
export function mount(session, host) {
  const { t, store } = session;
  const feed = feedOf(session);
  const place = make("div", { class: "run-compare" });
  host.append(place);

  function table() {
    const runs = [...session.runs];
    const columns = differing(runs.map(({ options }) => options));
    const reaches = runs.map((run) => reachOf(feed.curve(run).points.at(-1)?.norms));
    const head = (/** @type {string} */ text, number = true) => make("th", { scope: "col", class: number ? "number" : null }, text);
    return make(
      "div",
      { class: "run-compare" },
      make("h3", {}, t("The runs side by side")),
      make(
        "div",
        { class: "curve-scroll", tabindex: 0, role: "region", "aria-label": t("The runs side by side") },
        make(
          "table",
          { class: "sums" },
          make(
            "thead",
            {},
            make(
              "tr",
              {},
              head(t("Run"), false),
              columns.map(([, title]) => head(t(title), false)),
              [t("Steps"), t("Loss"), t("Test set"), t("Gradient, first ÷ last layer")].map((text) => head(text)),
            ),
          ),
          make(
            "tbody",
            {},
            runs.map((run, k) =>
              make(
                "tr",
                { class: run === session.current ? "current" : null, "data-key": run.id },
                make("th", { scope: "row" }, lineSample(run.slot, run.slot), run.name),
                columns.map(([, , text]) => make("td", { class: "what" }, text(run.options, t))),
                make("td", {}, countText(run.status.step)),
                make("td", { class: "forward" }, lossText(run.status.loss)),
                make("td", { class: "forward" }, percentText(run.status.test_accuracy)),
                make("td", { class: "backward" }, reaches[k] === null ? "–" : cellText(Number(reaches[k]))),
              ),
            ),
          ),
        ),
      ),
      runs.flatMap((run, k) => {
        const reach = reaches[k];
        if (reach === null || reach === undefined || reach >= VANISHED) return [];
        const text =
          reach === 0
            ? t("Run {name}: no gradient at all reaches the first layer.", { name: run.name })
            : t("Run {name}: the gradient vanishes on its way back. One part in {n} of the last layer's gradient reaches the first.", {
                name: run.name,
                n: countText(Number((1 / reach).toPrecision(2))),
              });
        return [make("p", {}, text)];
      }),
    );
  }

  let shownAt = -Infinity;
  let timer = 0;

  function show() {
    clearTimeout(timer);
    timer = 0;
    shownAt = performance.now();
    place.hidden = session.runs.length < 2;
    if (!place.hidden) morph(place, table());
  }

  function later() {
    const wait = shownAt + READABLE - performance.now();
    if (wait <= 0) show();
    else timer ||= window.setTimeout(show, wait);
  }

  feed.watch(later);
  session.on("status", later);
  session.on("runs", show);
  session.on("current", show);
  store.subscribe(["lang"], show);
  show();
}
