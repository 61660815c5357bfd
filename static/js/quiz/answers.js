/** The answers given to the blanks of one graph. No DOM. */

import { newAnswer } from "./score.js";

/** @typedef {{key: string}} Keyed blanks with the same value share one key */

export function createQuizAnswers() {
  /** @type {Map<string, import("./score.js").Answer>} */
  const answers = new Map();

  /** @param {Keyed} blank */
  function of({ key }) {
    const answer = answers.get(key) ?? newAnswer();
    answers.set(key, answer);
    return answer;
  }

  return {
    of,
    /** Whether a blank is still to be answered. @param {Keyed} blank */
    isOpen: (blank) => ["open", "wrong"].includes(of(blank).state),
    /** The answers to some blanks, one per key. @param {readonly Keyed[]} blanks */
    ofBlanks: (blanks) => [...new Set(blanks.map(({ key }) => key))].map((key) => of({ key })),
    clear: () => answers.clear(),
    reopenWrong() {
      for (const answer of answers.values()) if (answer.state === "wrong") answer.state = "open";
    },
  };
}
