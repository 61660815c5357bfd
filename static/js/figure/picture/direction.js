/** Which way a picture runs: to the right, in lines if it is a long chain, or down where a narrow view shows more of it so. */

import { smallestLetter } from "./letters.js";
import { CHANGE, LETTERS, LINES, MARGINS, NARROW, TIMES } from "./measures.js";
import { fitTransform } from "./zoom-geometry.js";

/** @typedef {{width: number, height: number}} Size */
/** @typedef {Size & {letter?: number}} Room with the smallest letter that can be read there, if that is not the page's */

/**
 * Return the size that a picture states in its first tag.
 * @param {string} text an SVG document
 * @returns {Size | null}
 */
export function sizeOf(text) {
  const found = /^[^>]*\sviewBox="\S+ \S+ ([\d.]+) ([\d.]+)"/.exec(text);
  return found && { width: Number(found[1]), height: Number(found[2]) };
}

/**
 * Return in how many lines a picture stands; 0 for one that was not to be broken.
 * @param {string} text an SVG document
 */
export const linesOf = (text) => Number(/^[^>]*\sdata-lines="(\d+)"/.exec(text)?.[1] ?? 0);

/**
 * Return the width of a line that fills a view at the smallest scale at which its numbers can be read.
 * @param {number} width of the view
 * @param {number} letter smallest letter that can be read
 */
export const lineWidth = (width, letter) => Math.max(4, Math.floor(((width - 2 * MARGINS.narrow) * LETTERS.room) / letter / LINES.step)) * LINES.step;

/**
 * The width of lines in a view: the widest that it has been since the window changed, for a panel that opens beside the
 * picture must not break it anew.
 * @param {() => Size} view
 */
export function createLineWidth(view) {
  let widest = 0;
  function width() {
    widest = Math.max(widest, view().width);
    return lineWidth(widest, smallestLetter());
  }
  return {
    width,
    /** Whether a picture is long enough to be broken. @param {Size} picture */
    areShorter: (picture) => picture.width > LINES.long * width(),
    /** @param {() => void} changed called when the window has another width */
    watch(changed) {
      let known = window.innerWidth;
      let timer = 0;
      window.addEventListener("resize", () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => {
          if (Math.abs(window.innerWidth - known) < CHANGE * known) return;
          known = window.innerWidth;
          widest = 0;
          changed();
        }, TIMES.rest);
      });
    },
  };
}

/**
 * Whether a picture would be cut off, or have letters too small to read.
 * @param {Size} picture
 * @param {Size} view
 * @param {number} letter smallest letter that can be read
 */
export const isCutOff = (picture, view, letter) => fitTransform(picture, view, { margin: MARGINS.narrow }).k < letter / LETTERS.room;

/**
 * Whether more of a picture is seen at a readable size if it runs down.
 * @param {Size} right
 * @param {Size} down
 * @param {Size} view
 */
export const isBetterDown = (right, down, view) => fitTransform(down, view, { margin: MARGINS.narrow }).k > fitTransform(right, view, { margin: MARGINS.narrow }).k;

/**
 * Whether a picture that runs down fills enough of a narrow view at the smallest scale at which its numbers can be read.
 * @param {Size} down
 * @param {Size} view
 */
const isBroad = (down, view) => (down.width * smallestLetter()) / LETTERS.room >= LINES.broad * view.width;

/**
 * Return the picture to show in a view: the one to the right, in lines if it is a long chain, or the one that runs down.
 * @param {string} right an SVG document
 * @param {Size} view
 * @param {number} wrap width of a line
 * @param {(extra: import("../types.js").PictureExtra) => Promise<string>} ask asks for the same picture, placed otherwise
 * @returns {Promise<string>}
 */
export async function suitedTo(right, view, wrap, ask) {
  const first = sizeOf(right);
  const shown = linesOf(right) === 0 && first && first.width > LINES.long * wrap ? await ask({ wrap }) : right;
  const size = sizeOf(shown);
  const lines = Math.max(1, linesOf(shown));
  if (!size || size.width > LINES.far || !matchMedia(NARROW.page).matches || (lines === 1 && !isCutOff(size, view, smallestLetter()))) return shown;
  const down = await ask({ direction: "down" });
  const other = sizeOf(down);
  // Layers with many inputs make long loops from line to line.
  if (lines > 1 && other && isBroad(other, view)) return down;
  if (lines > LINES.few || !isCutOff(size, view, smallestLetter())) return shown;
  // A few lines are told better by one that runs down, unless that would be long too.
  return other && isBetterDown({ width: size.width * lines, height: size.height / lines }, other, view) ? down : shown;
}

/**
 * Return in how many lines a picture, broken evenly, is seen largest, and the width of a line. One that runs down is
 * broken into columns of that height.
 * @param {Size} picture
 * @param {Size} view
 * @param {boolean} [down]
 */
export function evenLines(picture, view, down = false) {
  const [length, across] = down ? [picture.height, picture.width] : [picture.width, picture.height];
  const scale = (/** @type {number} */ lines) => {
    const [along, beside] = lines === 1 ? [length, across] : [(length / lines) * LINES.loose, across * lines * LINES.loose];
    return fitTransform(down ? { width: beside, height: along } : { width: along, height: beside }, view, { margin: MARGINS.narrow }).k;
  };
  let lines = 1;
  for (let more = 2; more <= LINES.most; more += 1) if (scale(more) > scale(lines) * LINES.worth) lines = more;
  return { lines, wrap: Math.ceil(((length / lines) * LINES.loose) / LINES.step) * LINES.step };
}

/**
 * Return the picture that is seen largest as a whole: the one to the right, the same in lines, or on a phone the one
 * that runs down, perhaps in columns. One in a single line is told better, unless it is much smaller.
 * @param {string} right an SVG document
 * @param {Room} view
 * @param {(extra: import("../types.js").PictureExtra) => Promise<string>} ask asks for the same picture, placed otherwise
 * @returns {Promise<string>}
 */
export async function wholeIn(right, view, ask) {
  const size = sizeOf(right);
  const { letter = smallestLetter() } = view;
  if (!size || size.width > LINES.far || !isCutOff(size, view, letter)) return right;
  /** @param {string} known @param {string} other @param {number} [worth] */
  function better(known, other, worth = 1) {
    const [a, b] = [sizeOf(known), sizeOf(other)];
    return a && b && isBetterDown({ width: a.width / worth, height: a.height / worth }, b, view) ? other : known;
  }
  const down = matchMedia(NARROW.page).matches;
  const shown = down ? better(right, await ask({ direction: "down" })) : right;
  const now = sizeOf(shown);
  if (!now || (down && shown === right) || !isCutOff(now, view, letter)) return shown;
  const even = evenLines(now, view, down);
  // Where no place of an even line can be cut, a shorter one may have some.
  for (let { wrap } = even, look = 0; even.lines > 1 && look < LINES.looks; look += 1, wrap = Math.ceil((wrap * LINES.shorter) / LINES.step) * LINES.step) {
    const broken = await ask(down ? { direction: "down", wrap } : { wrap });
    if (linesOf(broken) > 1) return better(shown, broken, LINES.worth);
  }
  return shown;
}

/**
 * Call `changed` when a page becomes narrow, or wide again.
 * @param {() => void} changed
 */
export const watchNarrow = (changed) => matchMedia(NARROW.page).addEventListener("change", () => matchMedia("print").matches || changed());
