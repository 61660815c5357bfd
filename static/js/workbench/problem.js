/** The program's error in words below the editor, with a button for each proposed fix. */

import { make, withCode } from "../kit/element.js";
import { reachByKeys } from "../kit/formula.js";

/** Return a hint as a sentence: with a capital at its beginning, unless that is code, and an end. @param {string} hint */
const asSentence = (hint) => hint.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replace(/[^.?!…]$/, "$&.");

/**
 * Show a problem; null hides the last one.
 * @param {import("../kit/types.js").Problem | null} problem
 * @param {{t: import("../kit/types.js").Translate}} page
 * @param {(line: number, column: number) => void} goTo
 * @param {(fix: import("../kit/types.js").Fix) => void} putIn
 */
export function showProblem(problem, { t }, goTo, putIn) {
  const place = /** @type {HTMLElement} */ (document.getElementById("problem"));
  place.hidden = problem === null;
  place.replaceChildren();
  if (!problem) return;
  if (problem.line) {
    const where = document.createElement("button");
    const { line, column = 1 } = problem;
    where.type = "button";
    where.className = "where boxed";
    where.textContent = t("Line {line}, column {column}", { line, column });
    where.addEventListener("click", () => goTo(line, column));
    place.append(where);
  }
  place.append(make("p", { class: "what" }, withCode(t(problem.detail || problem.title))));
  if (problem.hint) place.append(make("p", { class: "hint" }, withCode(asSentence(problem.hint))));
  const { fix, other_fix: other, allowed } = problem;
  for (const proposed of [fix, other]) {
    if (!proposed) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "boxed";
    const { kind, text } = proposed;
    button.textContent = kind === "rename" ? t("Rename it {text}", { text }) : t("Insert {text}", { text });
    button.addEventListener("click", () => putIn(proposed));
    place.append(button);
  }
  if (!allowed) return;
  const list = make("p", { class: "allowed" }, withCode(t("Allowed: {allowed}", { allowed })));
  place.append(list);
  reachByKeys(list);
}
