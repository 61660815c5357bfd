/** How a lesson is cut into what is presented at one time. No DOM. */

/**
 * @typedef {object} Block
 * @property {string} kind `text`, `figure`, `predict`, `rule`, `try`
 * @property {string | null} [figure] id of the figure that it is, or that it asks about
 */
/**
 * @typedef {object} Slide
 * @property {number[]} blocks by their place in the lesson
 * @property {string | null} figure id of the figure shown beside them, be it another slide's
 */

/**
 * Text leads to what follows it; each figure, prediction, rule and exercise ends a slide. A prediction is shown with
 * the figure that it asks about.
 * @param {Block[]} blocks
 * @returns {Slide[]}
 */
export function slidesOf(blocks) {
  /** @type {Slide[]} */
  const slides = [];
  /** @type {number[]} */
  let gathered = [];
  blocks.forEach(({ kind, figure = null }, k) => {
    gathered.push(k);
    if (kind === "text") return;
    slides.push({ blocks: gathered, figure });
    gathered = [];
  });
  if (gathered.length > 0) slides.push({ blocks: gathered, figure: null });
  return slides;
}
