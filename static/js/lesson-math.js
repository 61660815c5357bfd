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

setFormulas(document);
