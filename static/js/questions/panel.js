/** What surrounds a question's picture: levels, dots, feedback, hints and score. */

import { make } from "../kit/element.js";
import { formulaElement } from "../kit/formula.js";

/** @typedef {import("../kit/types.js").Translate} Translate */
/** @typedef {import("../kit/types.js").Language} Language */
/** @typedef {import("./api.js").QuestionSet} QuestionSet */
/** @typedef {import("./api.js").Question} Question */
/** @typedef {import("./api.js").QuestionBlank} QuestionBlank */
/** @typedef {import("./api.js").Checked} Checked */
/** @typedef {import("./api.js").Hint} Hint */
/** @typedef {ReturnType<typeof import("./answers.js").createAnswers>} Answers */

/**
 * @param {Translate} t
 * @param {Question} question
 */
export function taskOf(t, { labels, blanks }) {
  if (labels === "shapes") return t("Fill in the shapes, such as (3, 2) or (N, 2).");
  const values = blanks.some(({ kind }) => kind === "value");
  const gradients = blanks.some(({ kind }) => kind !== "value");
  if (values && gradients) return t("Fill in the values forward, then the gradients backward.");
  return values ? t("Fill in the values of the forward pass.") : t("Fill in the gradients of the backward pass.");
}

/**
 * Create the choice of a level, as radio buttons.
 * @param {Translate} t
 * @param {Language} lang
 * @param {Pick<QuestionSet, "levels" | "level">} set
 */
export const levelChoice = (t, lang, { levels, level }) =>
  make(
    "div",
    { class: "choices question-levels", role: "radiogroup", "aria-label": t("Level") },
    levels.map(({ level: own, title }) =>
      make(
        "button",
        { type: "button", role: "radio", "data-level": own, "aria-checked": String(own === level), tabindex: own === level ? 0 : -1 },
        make("span", { class: "level-number", "aria-hidden": "true" }, own),
        make("span", {}, title[lang]),
      ),
    ),
  );

/**
 * Create a dot for each question: empty, begun, done, or filled for right at the first try.
 * @param {Translate} t
 * @param {{questions: readonly {index: number}[]}} set
 * @param {Pick<Answers, "progress">} answers
 * @param {number} at
 * @param {Record<"open" | "begun" | "done" | "clean", string>} [words]
 * @param {(k: number, state: string) => string} [label]
 */
export function dots(
  t,
  { questions },
  answers,
  at,
  words = { open: t("not begun"), begun: t("begun"), done: t("done"), clean: t("done on the first try") },
  label = (k, state) => t("Question {k}: {state}", { k, state }),
) {
  return make(
    "ol",
    { class: "question-dots" },
    questions.map(({ index }) => {
      const state = answers.progress(index);
      return make(
        "li",
        {},
        make(
          "button",
          {
            type: "button",
            class: `dot ${state}`,
            "data-question": index,
            "aria-current": index === at ? "step" : null,
            "aria-label": label(index + 1, words[state]),
          },
          make("span", { "aria-hidden": "true" }, index + 1),
        ),
      );
    }),
  );
}

/**
 * @typedef {object} Shown
 * @property {QuestionBlank | null} blank the current one
 * @property {boolean} open whether it can still be answered
 * @property {Checked | null} checked feedback on its last answer
 * @property {{name: import("../kit/types.js").BilingualText, checked: Checked | null} | null} before the blank left for
 *   it while its answer was being judged
 * @property {Hint[]} hints hints taken
 * @property {number} stages
 */

/**
 * @param {Translate} t
 * @param {Language} lang
 * @param {Shown} shown
 */
export function blankPanel(t, lang, { blank, open, checked: own, before, hints, stages }) {
  if (!blank) return make("p", { class: "muted" }, t("Type into a box, then press Enter: it is checked at once."));
  const taken = hints.length;
  const checked = own ?? before?.checked ?? null;
  const sign = checked && { right: "✓", near: "≈", mistake: "✗", wrong: "✗", unreadable: "?", shown: "→" }[checked.verdict];
  return make(
    "div",
    { class: "question-blank" },
    make("h4", { class: blank.kind === "value" ? "forward" : "backward" }, upper(blank.name[lang])),
    make(
      "p",
      { class: "verdict-line", "data-verdict": checked?.verdict ?? null },
      checked
        ? [make("span", { class: "verdict-sign", "aria-hidden": "true" }, sign), make("span", {}, own || !before ? checked.said[lang] : `${upper(before.name[lang])}: ${checked.said[lang]}`)]
        : open && (blank.asks === "shape" ? t("Type the shape, then press Enter.") : t("Type the number, then press Enter.")),
    ),
    taken > 0 && make("ol", { class: "hints" }, hints.map((hint) => hintItem(lang, hint))),
    open &&
      make(
        "button",
        { type: "button", class: "boxed", "data-action": "hint" },
        taken < stages ? t("Hint {k} of {n}", { k: taken + 1, n: stages }) : t("Show the answer"),
      ),
  );
}

/** @param {Language} lang @param {Hint} hint */
function hintItem(lang, { stage, said, formula }) {
  return make(
    "li",
    { "data-key": `hint ${stage}` },
    stage === 3 ? make("strong", {}, said[lang]) : said[lang],
    formula && [": ", formulaElement(formula)],
  );
}

/**
 * @param {Translate} t
 * @param {Answers} answers
 */
export function scorePanel(t, answers) {
  const { found, total, clean, shown } = answers.score();
  return make(
    "div",
    { class: "score" },
    make("strong", {}, t("{found} of {total}", { found, total })),
    make("progress", { max: Math.max(1, total), value: found + shown, "aria-label": t("Blanks filled in") }),
    make("span", { class: "muted" }, t("{clean} on the first try", { clean })),
  );
}

/** Capitalise a sentence; Korean has no capitals. @param {string} words */
const upper = (words) => words.charAt(0).toLocaleUpperCase() + words.slice(1);
