/** What the quiz says: the question at a blank, and the feedback on a wrong answer. */

import { nameMistake, SIGN } from "./score.js";

/** @typedef {import("./blanks.js").Blank} Blank */

/**
 * Return which of the equal texts each one is.
 * @param {string[]} texts
 */
export function numbered(texts) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const places = texts.map((text) => {
    counts.set(text, (counts.get(text) ?? 0) + 1);
    return counts.get(text) ?? 1;
  });
  return texts.map((text, at) => ({ k: places[at] ?? 1, n: counts.get(text) ?? 1 }));
}

/** @param {import("../figure/types.js").App} app */
export function createQuizWords(app) {
  const { store, t } = app;

  /** @param {string} id */
  function nameOf(id) {
    if (id === "@output") return t("result");
    const node = app.graph?.nodes.find((node) => node.id === id);
    return node && node.name === null ? (node.called ?? node.symbol) : id;
  }

  /** @param {Blank} blank */
  function question({ kind, source, target }) {
    const names = { source: nameOf(source), target: nameOf(target) };
    return kind === "value" ? t("Value on {source} → {target}", names) : t("Gradient on {source} ← {target}", names);
  }

  return {
    /**
     * Name each blank; of several that would have one name, say which.
     * @param {Blank[]} blanks
     * @returns {Map<Blank, string>}
     */
    names(blanks) {
      const questions = blanks.map(question);
      const counted = numbered(questions);
      return new Map(
        blanks.map((blank, at) => {
          const name = questions[at] ?? "";
          const { k, n } = counted[at] ?? { k: 1, n: 1 };
          return [blank, n > 1 ? t("{name} ({k} of {n})", { name, k, n }) : name];
        }),
      );
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
