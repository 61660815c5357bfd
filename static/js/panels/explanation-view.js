/** An explanation of the server as elements: numbers, formulas, rule, sums, paths, check. */

import { icon, make, pointable, withCode } from "../kit/element.js";
import { formulaLine } from "../kit/formula.js";
import { createGradientSections } from "./explanation-gradients.js";
import { both, createExplanationParts, section } from "./explanation-parts.js";
import { createKinkSections } from "./kinks/section.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Explanation} Explanation */
/** @typedef {import("../kit/element.js").Child} Child */

const CLOSE = "M5 5l10 10 M15 5 5 15";

/**
 * @param {App} app
 * @param {Explanation} answer
 * @param {boolean} tensor whether a tensor panel replaces the two numbers
 * @returns {(Child | Child[])[]} buttons carry `data-select` or `data-action`; rows that light the graph carry
 *   `data-light`: the id of an edge, or the ids of a path's nodes
 */
export function explanationView(app, answer, tensor) {
  const { store, t } = app;
  const { nameOf } = createExplanationParts(app);
  const kinkSections = createKinkSections(app, (id) => nameOf(app.graph?.edges.find((edge) => edge.id === id)?.source ?? id.split("->")[0] ?? id));
  const { closedSection, localSection, sumSection, pathSection } = createGradientSections(app);

  /** @param {Explanation} answer */
  function numbers({ value_text, grad_text }) {
    const pair = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {string | null} */ text) =>
      make("div", { class: kind }, make("dt", {}, name), make("dd", {}, text ?? "—"));
    return make(
      "dl",
      { class: "numbers" },
      pair("forward", t("Value"), value_text),
      pair("backward", t("Gradient"), grad_text),
    );
  }

  const names = new Set(app.graph?.nodes.map(({ id }) => id));
  const sentence = (/** @type {string} */ text) => make("p", { class: "pointable" }, pointable(text, names));

  /** @param {Explanation} answer */
  function forwardSection({ formula, kind }) {
    return formula && kind !== "edge" && section(t("Forward"), both(formula));
  }

  /** @param {Explanation} answer */
  function backwardSection({ formula, gradient, rule, kind }) {
    const pair = kind === "edge" ? formula : gradient;
    if (!rule && !pair) return null;
    return section(t("Backward"), rule && sentence(rule), both(pair));
  }

  /** @param {Explanation} answer */
  function simplifiedSection({ derivation }) {
    return derivation.length > 0 && section(t("Simplified, for the layer's own input x and output y"), derivation.map((line) => formulaLine(line)));
  }

  /** @param {Explanation} answer */
  function checkSection({ check }) {
    if (!check) return null;
    const row = (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ mark = "") =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: mark }, text));
    const { where, elements = 1 } = check;
    return section(
      t("Numerical check"),
      where && where.length > 0 && make("p", { class: "muted" }, t("All {n} elements were checked; the largest difference is at [{index}]:", { n: elements, index: where.join(", ") })),
      make(
        "table",
        { class: "sums" },
        make(
          "tbody",
          {},
          row(t("Backpropagation"), check.backprop_text, "backward"),
          row(t("Central difference"), check.numerical_text),
          row(t("Relative difference"), check.relative_text),
        ),
      ),
      make(
        "p",
        { class: check.ok || check.trouble ? "verdict" : "verdict failing" },
        make("span", { class: "sign", "aria-hidden": "true" }, check.trouble ? "?" : check.ok ? "✓" : "✗"),
        check.kink?.sentence ?? check.trouble?.sentence ?? (check.ok ? t("They agree.") : store.get("mistakes").length > 0 ? t("They differ: a backward rule is broken.") : t("They differ.")),
      ),
    );
  }

  const group = answer.kind === "group";
  const open = group && store.get("open").includes(answer.id);
  return [
    make(
      "header",
      { class: "inspected" },
      make("h3", {}, answer.title),
      make(
        "button",
        { type: "button", "data-action": "clear", "aria-label": t("Clear the selection"), title: t("Clear the selection") },
        icon(CLOSE),
      ),
    ),
    group &&
      make(
        "button",
        { type: "button", class: "boxed", "data-action": "toggle", "aria-expanded": String(open) },
        open ? t("Close this layer") : t("Open this layer"),
      ),
    answer.note && make("p", { class: "note", role: "note" }, withCode(answer.note)),
    tensor ? make("div", { class: "tensor-slot", "data-key": "tensor", "data-live": true }) : numbers(answer),
    kinkSections(answer),
    forwardSection(answer),
    backwardSection(answer),
    make("div", { class: "push-slot", "data-key": "push", "data-live": true }),
    simplifiedSection(answer),
    closedSection(answer),
    localSection(answer, tensor),
    sumSection(answer),
    pathSection(answer),
    checkSection(answer),
  ];
}
