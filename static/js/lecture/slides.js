/** How a lesson is cut into what is presented at one time. No DOM. */

/**
 * @typedef {object} Block
 * @property {string} kind `text`, `figure`, `predict`, `rule`, `try`
 * @property {string | null} [figure] id of the figure that it is, or that it asks about
 * @property {number} [length] of its text, in characters
 */
/**
 * @typedef {object} Slide
 * @property {number[]} blocks by their place in the lesson
 * @property {string | null} figure id of the figure shown beside them, be it another slide's
 */

/** Text that is longer does not stand beside something else. */
const SHORT = 260;

/**
 * Each figure, prediction, rule and exercise is a slide, and so is longer text; a short text stands above what it leads
 * to. A prediction is shown with the figure that it asks about.
 * @param {Block[]} blocks
 * @returns {Slide[]}
 */
export function slidesOf(blocks) {
  /** @type {Slide[]} */
  const slides = [];
  /** @type {number | null} */
  let lead = null;
  blocks.forEach(({ kind, figure = null, length = 0 }, k) => {
    if (kind === "text" && length <= SHORT && k + 1 < blocks.length && blocks[k + 1]?.kind !== "text") {
      lead = k;
      return;
    }
    slides.push({ blocks: lead === null ? [k] : [lead, k], figure });
    lead = null;
  });
  return slides;
}
