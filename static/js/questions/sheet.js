/** All questions of a set on paper: those that are not open are drawn for the handout, and taken away after it. */

import { firstPicture } from "../figure/first-picture.js";
import { make } from "../kit/element.js";
import { PAPER } from "../figure/picture/print.js";
import { createQuestionFigure } from "./figure.js";
import { taskOf } from "./panel.js";

/** @typedef {import("./api.js").Question} Question */

/**
 * @param {HTMLElement} root of the questions figure
 * @param {import("../lecture/types.js").Lesson} lesson
 * @param {import("../lecture/types.js").LessonFigure} data
 */
export function createQuestionSheet(root, lesson, data) {
  const { t } = lesson;
  const { lang } = lesson.data;
  const sheet = make("div", { class: "question-sheet", "aria-hidden": "true", inert: true });

  /** @param {Question} question @param {number} number */
  async function draw(question, number) {
    const canvas = make("div", { class: "canvas" });
    const view = make("div", { class: "view" }, canvas);
    const stage = make("div", { class: "figure-stage" }, view);
    const item = make("section", { class: "question-frame" }, make("div", { class: "question-head" }, make("h3", { class: "question-title" }, `${number}. ${question.title[lang]}`), make("p", { class: "question-task" }, taskOf(t, question))), stage);
    sheet.append(item);
    const figure = createQuestionFigure(
      { canvas, view, stage },
      lesson,
      data,
      "blanks",
      (api) => ({ picture: (extra = {}, kind) => api.picture({ ...extra, open: [], blanks: question.blanks.map(({ id }) => id) }, kind) }),
      undefined,
      PAPER,
    );
    const { program, upstream, labels } = question;
    figure.app.store.set({ program, upstream, labels });
    await firstPicture(figure);
  }

  return {
    /** Draw all questions but the open one. @param {readonly Question[]} questions @param {number} open */
    async fill(questions, open) {
      sheet.replaceChildren();
      root.querySelector(".question-frame")?.after(sheet);
      for (const [k, question] of questions.entries()) if (k !== open) await draw(question, k + 1);
    },
    /** Take them away. */
    clear() {
      sheet.replaceChildren();
      sheet.remove();
    },
  };
}
