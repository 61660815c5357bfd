/** What the quiz says: the question at a blank, and the feedback on a wrong answer. */

import { nameMistake, SIGN } from "./score.js";

/** @typedef {import("./blanks.js").Blank} Blank */

/** @param {import("../figure/types.js").App} app */
export function createQuizWords(app) {
  const { store, t } = app;

  /** @param {string} id */
  function nameOf(id) {
    if (id === "@output") return t("result");
    const node = app.graph?.nodes.find((node) => node.id === id);
    return node && node.name === null ? node.symbol : id;
  }

  return {
    /** @param {Blank} blank */
    question({ kind, source, target }) {
      const names = { source: nameOf(source), target: nameOf(target) };
      return kind === "value"
        ? t("Value on {source} → {target}", names)
        : t("Gradient on {source} ← {target}", names);
    },

    /**
     * @param {number} typed a wrong answer
     * @param {Blank} blank
     * @param {import("../figure/answers.js").Catalogue | null} catalogue advice by mistake
     */
    feedback(typed, { right, made }, catalogue) {
      const mistake = nameMistake(typed, right, made);
      if (mistake === SIGN) return t("Only the sign is wrong.");
      const all = [...(catalogue?.ops.flatMap(({ mistakes }) => mistakes) ?? []), ...(catalogue?.mistakes ?? [])];
      return all.find(({ name }) => name === mistake)?.advice[store.get("lang")] ?? t("Not yet.");
    },
  };
}
