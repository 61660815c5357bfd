/** What a prediction asks about in a graph, and whether an answer is right. No DOM. */

import { isRight, readAnswer, readValue } from "../quiz/score.js";

/** @typedef {import("./types.js").LessonPrediction} LessonPrediction */

/**
 * @param {string} answer such as `value price`, `grad apple`, `grad X[0]`
 * @returns {{of: "value" | "grad", id: string}} kind of the number and id of its node
 */
export function askedFor(answer) {
  const [what = "", name = ""] = answer.split(" ", 2);
  return { of: what === "value" ? "value" : "grad", id: name.replace(/\[.*$/, "") };
}

/**
 * Whether the figure shows the answer from the start: the prediction changes no input and no order.
 * @param {LessonPrediction} prediction
 */
export const isShownAlready = ({ change, order }) => Object.keys(change).length === 0 && order.length === 0;

/**
 * What is wrong with an answer, if it is a mistake that is known.
 * @param {string} text as typed
 * @param {Pick<LessonPrediction, "mistakes">} prediction
 */
export function mistakeIn(text, { mistakes }) {
  const typed = readAnswer(text);
  if (typed === undefined) return null;
  return mistakes.find(([number]) => isRight(typed, number))?.[1] ?? null;
}

/**
 * @param {string} text as typed
 * @param {LessonPrediction} prediction
 * @returns {"right" | "wrong" | "unreadable"}
 */
export function judge(text, { right, text: shown }) {
  const typed = readAnswer(text);
  const wanted = readValue(right);
  if (typed === undefined || wanted === undefined) return "unreadable";
  return isRight(typed, wanted, shown) ? "right" : "wrong";
}
