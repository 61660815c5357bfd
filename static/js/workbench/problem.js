/** The program's error in words below the editor, with a button that applies the proposed fix. */

import { make, withCode } from "../kit/element.js";

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
  for (const [className, text] of [
    ["what", t(problem.detail || problem.title)],
    ["hint", problem.hint],
    ["allowed", problem.allowed ? t("Allowed: {allowed}", { allowed: problem.allowed }) : null],
  ]) {
    if (!text) continue;
    place.append(make("p", { class: className ?? "" }, withCode(text)));
  }
  const { fix } = problem;
  if (!fix) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "boxed";
  button.textContent = fix.kind === "rename" ? t("Rename it {text}", { text: fix.text }) : t("Insert {text}", { text: fix.text });
  button.addEventListener("click", () => putIn(fix));
  place.append(button);
}
