/** Hints to a blank in three stages: the rule by name, the rule in symbols, the rule with its numbers. */

import { make } from "../kit/element.js";
import { formulaElement, withoutResult } from "../kit/formula.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Catalogue} Catalogue */
/** @typedef {import("./blanks.js").Blank} Blank */
/** @typedef {import("../figure/answers.js").Explanation} Explanation */

export const STAGES = 3;

/** @param {App} app */
export function createHints(app) {
  const { store, t } = app;
  /** @type {Catalogue | null} */
  let catalogue = null;
  /** @type {Map<string, Explanation>} by what is asked, for the numbers that stand */
  let explanations = new Map();

  /** The op that the rule of a blank belongs to. @param {Blank} blank */
  function ruleOf({ kind, source, target }) {
    const id = kind === "value" ? source : target;
    const group = app.graph?.groups.find((group) => group.id === id);
    const node = app.graph?.nodes.find((node) => node.id === id);
    const op = catalogue?.ops.find(({ name }) => name === node?.op);
    const composite = group && catalogue?.composites.find(({ name }) => name === group.op);
    const lang = store.get("lang");
    return {
      title: op?.title[lang] ?? composite?.title[lang] ?? group?.name ?? "",
      sentence: (kind === "value" ? op?.forward?.[lang] : (op?.rule[lang] ?? composite?.rule?.[lang])) ?? "",
    };
  }

  return {
    /** Other numbers: what was explained holds no more. */
    forget() {
      explanations = new Map();
    },

    /** Fetches what the hints to a blank need. @param {Blank} blank */
    async prepare({ explainedBy }) {
      catalogue ??= await app.api.ops();
      if (explanations.has(explainedBy)) return;
      const target = explanations;
      // The right rule is asked for, even while a broken one is on show.
      const body = { ...app.api.body(), mistakes: [], id: explainedBy, lang: store.get("lang") };
      target.set(explainedBy, await app.api.post("/graphs/explain", body));
    },

    /**
     * @param {Blank} blank
     * @param {number} taken stages
     */
    items(blank, taken) {
      const { title, sentence } = ruleOf(blank);
      const formula = explanations.get(blank.explainedBy)?.formula;
      const named = blank.kind === "value" ? t("Forward: {rule}", { rule: title }) : t("Backward: {rule}", { rule: title });
      const none = t("No formula for this one.");
      return [
        make("li", { "data-key": "rule" }, make("strong", {}, named), sentence && ` ${sentence}`),
        make("li", { "data-key": "symbols" }, formula ? formulaElement(formula.symbols) : none),
        make("li", { "data-key": "numbers" }, formula ? withoutResult(formulaElement(formula.numbers)) : none),
      ].slice(0, taken);
    },
  };
}
