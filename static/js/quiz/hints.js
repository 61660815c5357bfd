/** Three hints for a blank: the rule's name, the rule in symbols, the rule with numbers. */

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
  /** @type {Map<string, Explanation>} explanations of the current numbers, by id */
  let explanations = new Map();
  /** @type {Map<string, Promise<Explanation>>} the calls for them */
  let calls = new Map();
  let turn = 0;

  /** Return the title and sentence of a blank's rule. @param {Blank} blank */
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
    /** Drop the explanations: the numbers have changed. */
    forget() {
      explanations = new Map();
      calls = new Map();
    },

    /** Fetch what the hints for a blank need. @param {Blank} blank */
    async prepare(blank) {
      const { explainedBy } = blank;
      catalogue ??= await app.api.ops();
      if (explanations.has(explainedBy)) return;
      const [target, asked] = [explanations, calls];
      // Hints always use the right rule, even while a broken one is shown.
      const body = { ...app.api.body(), mistakes: [], id: explainedBy, lang: store.get("lang") };
      // No call for other numbers or for another blank ends this one: the hint was asked for.
      const call = asked.get(explainedBy) ?? app.api.post("/graphs/explain", body, `hint ${(turn += 1)}`);
      asked.set(explainedBy, call);
      try {
        target.set(explainedBy, await call);
      } finally {
        asked.delete(explainedBy);
      }
      if (target !== explanations) await this.prepare(blank);
    },

    /**
     * @param {Blank} blank
     * @param {number} taken number of hints taken
     */
    items(blank, taken) {
      const { title, sentence } = ruleOf(blank);
      const explanation = explanations.get(blank.explainedBy);
      const formula = explanation?.formula;
      const named = blank.kind === "value" ? t("Forward: {rule}", { rule: title }) : t("Backward: {rule}", { rule: title });
      const none = explanation ? t("No formula for this blank.") : "…";
      return [
        make("li", { "data-key": "rule" }, make("strong", {}, named), sentence && ` ${sentence}`),
        make("li", { "data-key": "symbols" }, formula ? formulaElement(formula.symbols) : none),
        make("li", { "data-key": "numbers" }, formula ? withoutResult(formulaElement(formula.numbers)) : none),
      ].slice(0, taken);
    },
  };
}
