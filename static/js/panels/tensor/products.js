/** How one element of a tensor is computed: its formula, and the products it sums. */

import { make } from "../../kit/element.js";
import { fitFormulas, formulaLine } from "../../kit/formula.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../kit/types.js").Formula} Formula */
/** @typedef {import("../../figure/answers.js").ProvenanceAnswer} ProvenanceAnswer */

/** @param {ProvenanceAnswer["formula"]} formula */
const lineOf = (formula) => ("symbols" in formula ? formulaLine(formula.symbols, formula.numbers) : formulaLine(formula));

/**
 * @param {App} app
 * @param {ProvenanceAnswer} answer
 */
export function elementProducts({ t }, { of, index, formula, terms, count = terms.length }) {
  const made = make(
    "section",
    { class: `element-products ${of}` },
    make("h4", {}, t("Element [{index}]", { index: index.join(", ") }), " ", make("kbd", {}, "Esc")),
    lineOf(formula),
    terms.length > 1 &&
      make(
        "ol",
        { class: "terms" },
        terms.map((term) => make("li", {}, lineOf(term.formula))),
      ),
    count > terms.length && make("p", { class: "muted" }, t("Showing the {n} largest of {count} terms.", { n: terms.length, count })),
  );
  requestAnimationFrame(() => fitFormulas(made.querySelectorAll(".formula")));
  return [made];
}
