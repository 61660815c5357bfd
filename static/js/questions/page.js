/** The elements of the questions figure: chooser, picture, panel, score, hand-in form. */

import { mountStageScroll } from "../figure/picture/stage-scroll.js";
import { make } from "../kit/element.js";

/**
 * @param {import("../kit/types.js").Translate} t
 * @param {{list: string, panel: string, previous: string, next: string}} [words] for what is not a question
 */
export function buildQuestionPage(t, words = { list: t("Questions"), panel: t("Fill in the blanks"), previous: t("Previous question"), next: t("Next question") }) {
  const levels = make("div");
  const seed = make("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: 9, name: "seed", id: "question-seed" });
  const seedNote = make("p", { class: "question-note", role: "status", hidden: true });
  const count = make("select", { id: "question-count" });
  const seedForm = make(
    "form",
    { class: "question-seed", novalidate: true },
    make("label", { for: "question-seed" }, t("Set number")),
    seed,
    make("label", { for: "question-count" }, t("How many")),
    count,
    make("button", { type: "submit", class: "boxed" }, t("Open this set")),
    make("button", { type: "button", class: "boxed", "data-action": "new" }, t("New set")),
    make("button", { type: "button", class: "boxed", "data-action": "link" }, t("Copy link")),
    make("button", { type: "button", class: "boxed", "data-action": "poster" }, t("Show it large")),
  );
  const dotPlace = make("nav", { class: "question-steps", "aria-label": words.list });
  const title = make("h3", { class: "question-title", tabindex: -1 });
  const task = make("p", { class: "question-task" });
  const canvas = make("div", { class: "canvas" });
  const view = make("div", { class: "view" }, canvas);
  const stage = make("div", { class: "figure-stage" }, view);
  const panel = make("section", { class: "question-panel", "aria-label": words.panel });
  const previous = make("button", { type: "button", class: "boxed", "data-action": "previous" }, words.previous);
  const next = make("button", { type: "button", class: "boxed", "data-action": "next" }, words.next);
  const score = make("div");
  const name = make("input", { type: "text", autocomplete: "name", maxlength: 60, id: "question-name" });
  const summary = make("p", { class: "question-summary", role: "status" });
  const tolerance = make("p", { class: "muted question-note" });
  const handIn = make(
    "form",
    { class: "question-hand-in", novalidate: true },
    make("label", { for: "question-name" }, t("Name")),
    name,
    make("button", { type: "submit", class: "boxed" }, t("Download the results (CSV)")),
    make("button", { type: "button", class: "link muted", "data-action": "again" }, t("Clear my answers")),
  );
  const root = make(
    "div",
    { class: "questions" },
    make("div", { class: "question-set" }, levels, seedForm, seedNote),
    make(
      "div",
      { class: "question-frame" },
      make("div", { class: "question-head" }, dotPlace, title, task),
      stage,
      make(
        "div",
        { class: "question-below" },
        panel,
        make("div", { class: "question-side" }, score, make("div", { class: "question-moves" }, previous, next)),
      ),
    ),
    make("div", { class: "question-end" }, summary, handIn),
    tolerance,
  );
  mountStageScroll(stage, t);
  return { root, levels, seed, count, seedNote, seedForm, dotPlace, title, task, canvas, view, stage, panel, previous, next, score, name, summary, tolerance, handIn };
}
