/** The calls about questions, and their answers. */

import { createCaller } from "../kit/http.js";

/** @typedef {import("../kit/types.js").BilingualText} BilingualText */
/** @typedef {import("../kit/types.js").Formula} Formula */
/** @typedef {{id: string, kind: "value" | "grad" | "sum", asks: "number" | "shape", part: string, name: BilingualText}} QuestionBlank */
/** @typedef {{index: number, title: BilingualText, program: string, upstream: number, labels: "blanks" | "shapes", blanks: QuestionBlank[]}} Question */
/** @typedef {{seed: number, level: number, tolerance: number, stages: number, levels: {level: number, title: BilingualText}[], questions: Question[]}} QuestionSet */
/**
 * @typedef {"right" | "near" | "mistake" | "wrong" | "unreadable" | "shown"} Verdict `shown`: given up, never from the
 *   server
 */
/** @typedef {{verdict: Verdict, said: BilingualText, mistake: {name: string, title: BilingualText} | null, text: string | null}} Checked */
/** @typedef {{stage: number, said: BilingualText, formula: Formula | null}} Hint */
/** @typedef {{seed: number, level: number, index: number, blank: string}} Place position of a blank */

/** @param {() => import("../kit/types.js").Language} language */
export function createQuestionApi(language) {
  const { call, cancel } = createCaller(language);
  const checkOf = (/** @type {Place} */ { index, blank }) => `check ${index} ${blank}`;
  return {
    /** @param {{seed: number, level: number, count: number}} wanted @returns {Promise<QuestionSet>} */
    set: ({ seed, level, count }) =>
      call(`/questions?seed=${seed}&level=${level}&count=${count}&lang=${language()}`, { kind: "set" }),
    /** @param {Place} place @param {string} answer @returns {Promise<Checked>} */
    check: (place, answer) => call("/questions/check", { body: { ...place, answer }, kind: checkOf(place) }),
    /** End the judgement of an answer that was taken back. @param {Place} place */
    cancelCheck: (place) => cancel(checkOf(place)),
    /** @param {Place} place @param {number} stage @returns {Promise<Hint>} */
    hint: (place, stage) => call("/questions/hint", { body: { ...place, stage }, kind: `hint ${place.index} ${place.blank} ${stage}` }),
    /** @param {Place} place @returns {Promise<{text: string}>} */
    answer: (place) => call("/questions/answer", { body: place, kind: `answer ${place.index} ${place.blank}` }),
  };
}
