/** Cuts a lesson into slides. No DOM. */

/**
 * @typedef {object} Block
 * @property {string} kind `text`, `figure`, `predict`, `rule`, `try`
 * @property {string | null} [figure] id of the block's figure, or of the figure it asks about
 * @property {number} [length] of its text, in characters
 */
/**
 * @typedef {object} Slide
 * @property {number[]} blocks by index in the lesson
 * @property {string | null} figure id of the figure beside them, possibly from another slide
 */

/** Maximum length of a text that shares a slide. */
const SHORT = 260;

/**
 * Each figure, prediction, rule, exercise and longer text is a slide. A short text joins the block that follows. A
 * prediction is shown with its figure.
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
