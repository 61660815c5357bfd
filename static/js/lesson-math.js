/** Typesets a lesson's formulas with KaTeX instead of the server's MathML. Runs before the first paint. */

import { render } from "../vendor/katex.js";

/** @param {ParentNode} root */
export function setFormulas(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".math[data-tex]:not(.set)"))) {
    const { tex = "" } = element.dataset;
    render(tex, element, { throwOnError: false, displayMode: element.classList.contains("display"), output: "htmlAndMathml" });
    element.classList.add("set");
  }
}

/** Minimum scale of a formula fitted to its column; a wider one scrolls. */
const SMALLEST = 0.72;

/** Shrink display formulas that are wider than the page. @param {ParentNode} root */
export function fitDisplayed(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".math.display.set"))) {
    element.style.fontSize = "";
    const share = element.clientWidth / element.scrollWidth;
    if (share < 1) element.style.fontSize = `${Math.max(SMALLEST, Math.floor(share * 100) / 100)}em`;
  }
}

setFormulas(document);
