/** The numbers of the curves as tables, one per run, at evenly spaced steps of the visible range. */

import { make, morph } from "../../kit/element.js";
import { numberText } from "../../kit/number-text.js";
import { countText, optionsText } from "../client/words.js";
import { valueText } from "./end-labels.js";
import { linesOf, valueAt } from "./lines.js";

/** @typedef {import("./lines.js").Drawn} Drawn */
/** @typedef {import("./lines.js").Quantity} Quantity */

/** @type {readonly Quantity[]} */
const QUANTITIES = ["loss", "accuracy", "gradients", "dead"];
const ROWS = 16;
/** Interval at which the table is written, in milliseconds: faster ones are unreadable. */
const READABLE = 1000;

/**
 * Return at most `most` steps of a range, evenly spaced, the first and last included.
 * @param {readonly number[]} steps rising
 * @param {[number, number]} range
 * @param {number} most
 */
export function spreadSteps(steps, [from, to], most) {
  const seen = steps.filter((step) => step >= from && step <= to);
  if (seen.length <= most) return seen;
  return Array.from({ length: most }, (_, k) => Number(seen[Math.round((k * (seen.length - 1)) / (most - 1))]));
}

/**
 * Return the table of one run: its columns, and one row per step.
 * @param {Drawn} run
 * @param {[number, number]} range
 */
export function tableOf(run, range) {
  const columns = QUANTITIES.flatMap((quantity) =>
    linesOf(quantity, [run])
      .filter(({ quiet }) => !quiet)
      .map((line) => ({ quantity, line })),
  );
  const steps = spreadSteps(run.curve.points.map(({ step }) => step), range, ROWS);
  return { columns, rows: steps.map((step) => ({ step, values: columns.map(({ line }) => valueAt(line, step, run.curve.end)) })) };
}

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {HTMLDetailsElement} details
 * @param {ReturnType<typeof import("./feed.js").feedOf>} feed
 */
export function mountCurveTable(session, details, feed) {
  const { t, store } = session;
  const summary = make("summary");
  const host = make("div", { class: "curve-tables" });
  details.append(summary, host);
  /** @type {[number, number]} */
  let range = [0, 0];
  /** @type {readonly import("./marks.js").Place[]} */
  let marks = [];
  let shownAt = -Infinity;
  let timer = 0;

  /** @type {Record<Quantity, (label: string) => string>} */
  const heads = {
    loss: () => t("Loss"),
    accuracy: (label) => t("Accuracy, {of}", { of: t(label) }),
    gradients: (label) => t("Gradient, {of}", { of: label }),
    dead: (label) => t("Dead units, {of}", { of: label }),
  };

  /** @param {Drawn} run @param {number} k */
  function table(run, k) {
    const { columns, rows } = tableOf(run, range);
    const options = session.runs[k]?.options;
    const number = (/** @type {Quantity} */ quantity, /** @type {number | null} */ value) =>
      value !== null && (quantity === "loss" || quantity === "gradients") ? numberText(value) : valueText(quantity, value);
    return make(
      "div",
      { class: "curve-scroll", tabindex: 0, role: "region", "aria-label": t("Run {name}", { name: run.name }) },
      make(
        "table",
        { class: "sums" },
        make("caption", {}, make("strong", {}, t("Run {name}", { name: run.name })), " ", options ? optionsText(options, t) : ""),
        make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("Training step")), columns.map(({ quantity, line }) => make("th", { scope: "col" }, heads[quantity](line.label))))),
        make(
          "tbody",
          {},
          rows.map(({ step, values }) =>
            make(
              "tr",
              {},
              make("th", { scope: "row" }, countText(step)),
              values.map((value, at) => make("td", { class: columns[at]?.line.of }, number(columns[at]?.quantity ?? "loss", value))),
            ),
          ),
        ),
      ),
    );
  }

  function write() {
    clearTimeout(timer);
    timer = 0;
    shownAt = performance.now();
    if (!details.open) return;
    const changes = marks.length > 0 && [
      make("h4", {}, t("Changes")),
      make("ul", {}, marks.map(({ step, text }) => make("li", {}, `${t("Step {n}", { n: countText(step) })}: ${text}`))),
    ];
    morph(host, make("div", { class: "curve-tables" }, feed.drawn().map(table), ...(changes || [])));
  }

  function say() {
    summary.textContent = t("The numbers as a table");
    write();
  }
  details.addEventListener("toggle", write);
  store.subscribe(["lang"], say);
  say();

  return {
    /** @param {[number, number]} nextRange @param {typeof marks} nextMarks */
    show(nextRange, nextMarks) {
      range = nextRange;
      marks = nextMarks;
      const wait = shownAt + READABLE - performance.now();
      if (wait <= 0) write();
      else timer ||= window.setTimeout(write, wait);
    },
  };
}
