/** What the lessons' formulas use of KaTeX, as one module: static/vendor/katex.js. */
export { render, renderToString } from "katex";
