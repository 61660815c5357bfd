/** Answers to a set of questions: text, result and time of each. No DOM. */

import { newAnswer, score } from "../quiz/score.js";

/** @typedef {import("./api.js").Question} Question */
/** @typedef {import("./api.js").Checked} Checked */

/**
 * @typedef {import("../quiz/score.js").Answer & {typed: string, text: string, mistakes: string[], seconds: number | null}} Given
 *   `typed` last; `text` is the right answer once it may be shown; `mistakes` are known ones by name; `seconds` from
 *   opening the question to its answer
 */

/** @returns {Given} */
export const newGiven = () => ({ ...newAnswer(), typed: "", text: "", mistakes: [], seconds: null });

/** @param {number} index @param {string} blank */
const keyOf = (index, blank) => `${index} ${blank}`;

/** @param {Given} given */
export const isOpen = ({ state }) => state === "open" || state === "wrong";

/**
 * @param {readonly Question[]} questions
 * @param {Record<string, Given>} [kept] answers of an earlier visit
 */
export function createAnswers(questions, kept = {}) {
  /** @type {Map<string, Given>} */
  const given = new Map();
  for (const { index, blanks } of questions) {
    for (const { id } of blanks) given.set(keyOf(index, id), { ...newGiven(), ...kept[keyOf(index, id)] });
  }

  /** @param {number} index */
  const ofQuestion = (index) => (questions[index]?.blanks ?? []).map(({ id }) => answers.of(index, id));

  const answers = {
    /** @param {number} index @param {string} blank @returns {Given} */
    of(index, blank) {
      const found = given.get(keyOf(index, blank));
      if (!found) throw new Error(`there is no blank ${blank}`);
      return found;
    },

    /**
     * Record the server's judgement of an answer.
     * @param {number} index
     * @param {string} blank
     * @param {string} typed
     * @param {Checked} checked
     * @param {number} seconds since the question was opened
     */
    take(index, blank, typed, { verdict, mistake, text }, seconds) {
      const answer = answers.of(index, blank);
      answer.typed = typed;
      if (verdict === "right") Object.assign(answer, { state: "found", text: text ?? typed, seconds });
      else {
        answer.state = "wrong";
        // An unreadable answer is not wrong: it costs no try.
        if (verdict !== "unreadable") answer.tries += 1;
        if (mistake && !answer.mistakes.includes(mistake.name)) answer.mistakes.push(mistake.name);
      }
      return answer;
    },

    /** @param {number} index @param {string} blank @param {string} text the right answer @param {number} seconds */
    giveUp(index, blank, text, seconds) {
      Object.assign(answers.of(index, blank), { state: "shown", text, seconds });
    },

    /** Reopen a blank whose box was emptied. @param {number} index @param {string} blank */
    clear(index, blank) {
      const answer = answers.of(index, blank);
      if (isOpen(answer)) Object.assign(answer, { state: "open", typed: "" });
    },

    /** @param {number} index @returns {"open" | "begun" | "done" | "clean"} `clean`: without a wrong try or a hint */
    progress(index) {
      const all = ofQuestion(index);
      const { total, clean } = score(all);
      if (all.every((answer) => !isOpen(answer))) return clean === total ? "clean" : "done";
      return all.some(({ state, hints }) => state !== "open" || hints > 0) ? "begun" : "open";
    },

    /** @param {number} index */
    scoreOf: (index) => score(ofQuestion(index)),
    score: () => score(given.values()),
    done: () => [...given.values()].every((answer) => !isOpen(answer)),
    touched: () => [...given.values()].some(({ state, hints, tries }) => state !== "open" || hints > 0 || tries > 0),

    /** Return the first question from `from` on with an open blank; null when all are done. @param {number} from */
    nextOpen(from) {
      const order = questions.map((_, k) => (from + k) % questions.length);
      return order.find((index) => ofQuestion(index).some(isOpen)) ?? null;
    },

    /** @returns {Record<string, Given>} answers that differ from a new one */
    kept: () => Object.fromEntries([...given].filter(([, { state, hints, tries }]) => state !== "open" || hints > 0 || tries > 0)),
  };
  return answers;
}
