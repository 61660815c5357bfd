/** The quiz's panel: score, current question, feedback and hints. */

import { make } from "../kit/element.js";
import { STAGES } from "./hints.js";
import { TOLERANCE } from "./score.js";

/** @typedef {import("../kit/types.js").Translate} Translate */

/**
 * @typedef {object} Shown
 * @property {{total: number, found: number, clean: number}} score
 * @property {{question: string, kind: "value" | "grad", open: boolean, taken: number, hints: HTMLElement[]} | null} blank
 * @property {string} verdict
 */

/**
 * @param {Translate} t
 * @param {Shown} shown
 */
function hintButton(t, { blank }) {
  const taken = blank?.taken ?? 0;
  return make(
    "button",
    { type: "button", class: "boxed", "data-action": "hint", disabled: !blank?.open },
    taken < STAGES ? t("Hint {k} of {n}", { k: taken + 1, n: STAGES }) : t("Show the number"),
  );
}

/**
 * @param {Translate} t
 * @param {Shown} shown
 */
export function quizPanel(t, shown) {
  const { score, blank, verdict } = shown;
  const { found, total, clean } = score;
  return [
    make(
      "div",
      { class: "score" },
      make("strong", {}, t("{found} of {total}", { found, total })),
      make("progress", { max: Math.max(1, total), value: found, "aria-label": t("Blanks filled in") }),
      make("span", { class: "muted" }, t("{clean} on the first try", { clean })),
    ),
    blank
      ? make(
          "div",
          { class: "question" },
          make("h3", { class: blank.kind === "value" ? "forward" : "backward" }, blank.question),
          make("p", { class: "verdict-line" }, verdict || (blank.open ? t("Type the number, then press Enter.") : "")),
          blank.hints.length > 0 && make("ol", { class: "hints" }, blank.hints),
        )
      : total > 0 && make("p", {}, t("Type each number into its box, values first. Enter checks it.")),
    make(
      "div",
      { class: "quiz-buttons" },
      hintButton(t, shown),
      make("button", { type: "button", class: "boxed", "data-action": "reset", disabled: total === 0 }, t("Start again")),
    ),
    make(
      "p",
      { class: "muted" },
      t("Answers within {percent}% count as right. Fractions such as 1/3 work too.", { percent: TOLERANCE * 100 }),
    ),
  ];
}

/**
 * Return a short form of the panel, for phones where the panel is far from the picture.
 * @param {Translate} t
 * @param {Shown} shown
 */
export function quizLine(t, shown) {
  const { score, blank, verdict } = shown;
  const { found, total } = score;
  return [
    make(
      "p",
      {},
      make("strong", {}, t("{found} of {total}", { found, total })),
      " ",
      verdict || blank?.question || t("Type each number into its box, values first. Enter checks it."),
    ),
    hintButton(t, shown),
    blank && blank.hints.length > 0 && make("ol", { class: "hints" }, blank.hints.at(-1)?.cloneNode(true)),
  ];
}
