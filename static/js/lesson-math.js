/** Sets the formulas of a lesson by KaTeX, in the place of the server's MathML. Runs before the page is first seen. */

import { render } from "../vendor/katex.js";

/** @param {ParentNode} root */
export function setFormulas(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".math[data-tex]:not(.set)"))) {
    const { tex = "" } = element.dataset;
    render(tex, element, { throwOnError: false, displayMode: element.classList.contains("display"), output: "htmlAndMathml" });
    element.classList.add("set");
  }
}

/** No smaller than this is a formula made to fit its column; a wider one is scrolled. */
const SMALLEST = 0.72;

/** Makes a formula of its own line that is wider than the page smaller. @param {ParentNode} root */
export function fitDisplayed(root) {
  for (const element of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(".math.display.set"))) {
    element.style.fontSize = "";
    const share = element.clientWidth / element.scrollWidth;
    if (share < 1) element.style.fontSize = `${Math.max(SMALLEST, Math.floor(share * 100) / 100)}em`;
  }
}

setFormulas(document);
