/** Statistics of a tensor's value and gradient side by side: extremes, mean, norm, zeros, distribution. */

import { icon, make } from "../../kit/element.js";
import { cellText, numberText } from "../../kit/number-text.js";
import { sizeOf } from "../../kit/tensor-values.js";
import { histogramView } from "./histogram.js";

/** @typedef {import("../../kit/types.js").Translate} T */
/** @typedef {import("../../figure/answers.js").TensorAnswer} TensorAnswer */

const SAVE = "M10 3v9 M6.5 8.5 10 12l3.5-3.5 M4 13.5V16h12v-2.5";

/**
 * @param {T} t
 * @param {{value?: TensorAnswer, grad?: TensorAnswer}} answers
 * @returns {HTMLElement[]} download buttons carry `data-save`
 */
export function tensorFacts(t, { value, grad }) {
  if (!value && !grad) return [];
  const both = /** @type {const} */ ([["forward", value], ["backward", grad]]);
  /** @param {string} name @param {(answer: TensorAnswer) => string} read */
  const row = (name, read) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, name),
      both.map(([kind, answer]) => make("td", { class: kind }, answer ? read(answer) : "—")),
    );
  const share = (/** @type {number} */ part, /** @type {TensorAnswer} */ { shape }) => {
    const size = sizeOf(shape);
    return size === 0 ? "—" : `${numberText(Number(((100 * part) / size).toPrecision(3)))}%`;
  };
  const unknown = both.some(([, answer]) => (answer?.nan ?? 0) > 0);
  const spread = (/** @type {TensorAnswer | undefined} */ answer, /** @type {string} */ of, /** @type {string} */ name) => {
    if (!answer || answer.histogram.counts.length === 0) return make("td", {}, "—");
    const { edges } = answer.histogram;
    const [first, last] = [cellText(Number(edges[0])), cellText(Number(edges.at(-1)))];
    return make(
      "td",
      {},
      histogramView(answer.histogram, of, t("{name}: distribution of {n} elements from {first} to {last}", { name, n: sizeOf(answer.shape), first, last })),
      make("div", { class: "histogram-ends", "aria-hidden": "true" }, make("span", {}, first), make("span", {}, last)),
    );
  };
  /** @param {TensorAnswer | undefined} answer @param {string} of @param {string} label */
  const saver = (answer, of, label) =>
    make("td", {}, answer && make("button", { type: "button", "data-save": of, "aria-label": label, title: label }, icon(SAVE), ".npy"));
  return [
    make(
      "table",
      { class: "sums tensor-facts" },
      make(
        "thead",
        {},
        make("tr", {}, make("td", {}), make("th", { scope: "col" }, t("Value")), make("th", { scope: "col" }, t("Gradient"))),
      ),
      make(
        "tbody",
        {},
        row(t("Smallest"), ({ min }) => numberText(Number(min))),
        row(t("Largest"), ({ max }) => numberText(Number(max))),
        row(t("Mean"), ({ mean }) => numberText(Number(mean))),
        row(t("Norm"), ({ norm }) => numberText(Number(norm))),
        row(t("Zeros"), (answer) => share(answer.zeros, answer)),
        unknown && row("NaN", (answer) => share(answer.nan ?? 0, answer)),
        make("tr", { class: "spread" }, make("th", { scope: "row" }, t("Distribution")), spread(value, "value", t("Value")), spread(grad, "grad", t("Gradient"))),
        make(
          "tr",
          {},
          make("th", { scope: "row" }, t("File")),
          saver(value, "value", t("Save the value as .npy")),
          saver(grad, "grad", t("Save the gradient as .npy")),
        ),
      ),
    ),
  ];
}
