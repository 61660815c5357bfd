/** Letters of a picture from near and far: each text grows until it can be read, or is hidden where it has no room. */

import { originOf } from "./boxes.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

/**
 * What the server says of a text (app/picture/letters.py), in the picture's units.
 * @typedef {object} Fits
 * @property {number} size of its letters
 * @property {number} most the largest letters for which it has room
 * @property {number} least smaller letters do not show it
 * @property {number} x the point about which it grows
 * @property {number} y
 */

/** How far a text may reach beyond its point, in pixels on the screen. */
const REACH = 240;

/**
 * @param {string} text such as `14 20 283.5 120`, with a fifth number for the least letter
 * @returns {Fits}
 */
export function readFits(text) {
  const [size = 0, most = 0, x = 0, y = 0, least = 0] = text.split(" ").map(Number);
  return { size, most, least, x, y };
}

/**
 * Return by how much a text grows; 0 hides it.
 * @param {Pick<Fits, "size" | "most" | "least">} fits
 * @param {number} letter the smallest letter that can be read, in the picture's units
 */
export function growth({ size, most, least }, letter) {
  if (letter < least || letter > Math.max(most, size)) return 0;
  return Math.max(1, letter / size);
}

/**
 * Return the smallest letter of this page that can be read, in pixels; a projector needs larger ones.
 * @returns {number}
 */
export const smallestLetter = () => Number.parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--letter")) || 12;

/**
 * @typedef {Fits & {element: Element, part: Element | null, cells: boolean, dx: number, dy: number, shown: number}} Letters a
 *   text of the picture, with its part; (dx, dy) is the origin of its coordinates, `shown` its growth, -1 before the first
 */

/**
 * Return all texts of a picture.
 * @param {SVGSVGElement} svg
 * @returns {Letters[]}
 */
function textsOf(svg) {
  return [...svg.querySelectorAll("[data-fits], [data-cells]")].map((element) => {
    const cells = element.getAttribute("data-cells");
    const part = element.closest("[data-id]");
    const { x: dx, y: dy } = part ? originOf(part) : { x: 0, y: 0 };
    const fits = readFits(cells ?? element.getAttribute("data-fits") ?? "");
    if (cells !== null) {
      const first = element.querySelector(".cell");
      [fits.x, fits.y] = [Number(first?.getAttribute("x")), Number(first?.getAttribute("y"))];
    }
    return { ...fits, element, part, cells: cells !== null, dx, dy, shown: -1 };
  });
}

/**
 * Return the share of a picture's texts that can be read; elements of matrices and notes at heat maps do not count,
 * for colours stand for them.
 * @param {SVGSVGElement} svg
 * @param {number} letter the smallest letter that can be read, in the picture's units
 */
export function readableShare(svg, letter) {
  const texts = [...svg.querySelectorAll("[data-fits]:not(.heat-shape, .heat-scale, .terms)")].map((text) => readFits(text.getAttribute("data-fits") ?? ""));
  // What smaller letters would not show is told otherwise.
  const meant = texts.filter(({ least }) => letter >= least);
  return meant.length > 0 ? meant.filter((fits) => growth(fits, letter) > 0).length / meant.length : 1;
}

/** Room for rounding: a scale just short of a letter's would hide it. */
const ROUNDING = 1.003;
/** Share of its numbers with which a picture is read. */
const MOST = 0.75;

/**
 * Return the scales at which all numbers of a picture's edges can be read, most, and some, the largest first: elements
 * of matrices need a larger one than single numbers.
 * @param {SVGSVGElement} svg
 * @param {number} letter the smallest letter that can be read, in pixels
 */
export function numberScales(svg, letter) {
  const numbers = [...svg.querySelectorAll(".edge > :is(.value, .grad)[data-fits], .edge [data-cells]")];
  const scales = numbers.map((element) => {
    const { size, most } = readFits(element.getAttribute("data-cells") ?? element.getAttribute("data-fits") ?? "");
    return (letter / Math.max(size, most)) * ROUNDING;
  });
  scales.sort((a, b) => a - b);
  return [...new Set([1, MOST, 0].map((share) => scales[Math.floor(share * (scales.length - 1))] ?? 0))];
}

/**
 * Return how far names reach beyond a picture's sides, in multiples of the letter.
 * @param {string} told steps such as `24,1.5,0`: up to this letter so far to the left, and to the right
 * @param {number} letter the smallest letter that can be read, in the picture's units
 */
export function overhang(told, letter) {
  const steps = told.split(" ").map((step) => step.split(",").map(Number));
  const [, left = 0, right = 0] = steps.find(([until = 0]) => letter <= until) ?? steps.at(-1) ?? [];
  return { left, right };
}

/** @param {Letters} text @param {number} factor 0 to hide it */
function show(text, factor) {
  if (text.shown === factor) return;
  const { element, size, x, y, shown } = text;
  text.shown = factor;
  if (text.cells) {
    element.classList.toggle("afar", factor === 0);
    if (factor !== 0) /** @type {SVGElement} */ (element).style.fontSize = factor > 1 ? `${size * factor}px` : "";
    return;
  }
  if (factor === 0) return element.setAttribute("display", "none");
  if (shown <= 0) element.removeAttribute("display");
  if (factor === 1) element.removeAttribute("transform");
  else element.setAttribute("transform", `translate(${x * (1 - factor)},${y * (1 - factor)}) scale(${factor})`);
}

/**
 * @param {{readonly svg: SVGSVGElement | null, readonly elements: ReadonlyMap<string, unknown>}} view
 * @param {() => {width: number, height: number}} room
 * @param {ReturnType<typeof import("./far.js").createFar>} far
 * @param {ReturnType<typeof import("./crowd.js").createCrowd>} crowd
 */
export function createLetters(view, room, far, crowd) {
  /** @type {SVGSVGElement | null} */
  let known = null;
  /** @type {Letters[]} */
  let texts = [];
  let least = smallestLetter();
  /** @type {Transform | null} */
  let last = null;

  /**
   * Show the texts as they are read at a scale: those in the view and a half around it, the others when they come.
   * @param {Transform} transform
   * @param {number | null} [paper] the smallest letter on paper, where all are shown at once
   */
  function update({ x, y, k }, paper = null) {
    const all = paper !== null;
    const { svg } = view;
    if (!svg) return;
    if (svg !== known) {
      texts = textsOf(svg);
      known = svg;
    }
    last = { x, y, k };
    const letter = (paper ?? least) / k;
    if (far.update(letter)) crowd.recolour();
    /** @type {Set<Element>} parts with a text that is seen */
    const named = new Set();
    const { width, height } = room();
    const [left, right] = [-x - width / 2 - REACH, -x + 1.5 * width + REACH];
    const [top, bottom] = [-y - height / 2 - REACH, -y + 1.5 * height + REACH];
    for (const text of texts) {
      const [across, down] = [(text.x + text.dx) * k, (text.y + text.dy) * k];
      if (!all && (across < left || across > right || down < top || down > bottom)) {
        // What comes into view later must not be laid out now.
        if (text.shown === -1) show(text, 0);
        continue;
      }
      const factor = growth(text, letter);
      show(text, factor);
      if (factor > 0 && text.part) named.add(text.part);
    }
    crowd.update(last, named);
    if (all) crowd.showAll();
  }

  // Another theme, or the presenter, may need larger letters.
  new MutationObserver(() => {
    const now = smallestLetter();
    if (now === least) return;
    least = now;
    if (last) update(last);
  }).observe(document.documentElement, { attributes: true, attributeFilter: ["class", "data-theme"] });

  return { update };
}
