/** Letters of the picture beside which marks stand: they grow as one goes away, and what has no room is hidden. */

import { smallestLetter } from "../../figure/picture/letters.js";

/** Height of the notes at a heat map (app/picture/scene/space.py). */
export const NOTES = 14;

/**
 * Return the size of a number's letters; 0 for a number that is hidden.
 * @param {SVGTextElement} text
 */
export function sizeOf(text) {
  if (text.getAttribute("display") === "none") return 0;
  return (Number.parseFloat(getComputedStyle(text).fontSize) || 14) * (text.transform.baseVal.consolidate()?.matrix.a ?? 1);
}

/**
 * Return the smallest letter that can be read, in the picture's units.
 * @param {SVGSVGElement | null} svg
 */
export function letter(svg) {
  const viewport = /** @type {SVGGraphicsElement | null | undefined} */ (svg?.querySelector(":scope > .viewport"));
  return smallestLetter() / (viewport?.transform.baseVal.consolidate()?.matrix.a || 1);
}

/** @template {SVGElement} T @param {T} text @param {number} size @returns {T} */
export function sized(text, size) {
  text.style.fontSize = `${size}px`;
  return text;
}

/** Whether letters grew, or an edge came or went in a walk. @param {MutationRecord} record */
function changes({ attributeName, oldValue, target }) {
  if (attributeName !== "class") return true;
  const was = / dim( |$)/.test(` ${oldValue ?? ""}`);
  return was !== /** @type {Element} */ (target).classList.contains("dim");
}

/**
 * Call `redraw` in the frame after the letters have changed, or other edges are rendered.
 * @param {() => void} redraw
 */
export function createLetterWatch(redraw) {
  let frame = 0;
  /** @type {Element | null} */
  let edges = null;
  const observer = new MutationObserver((records) => {
    // A new number in a text is no change of its letters.
    if (!records.some((record) => (record.type === "attributes" ? changes(record) : record.target === edges))) return;
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      redraw();
    });
  });
  return {
    /** @param {SVGSVGElement} svg */
    watch(svg) {
      observer.disconnect();
      edges = svg.querySelector(".edges");
      if (edges) observer.observe(edges, { attributes: true, attributeFilter: ["transform", "display", "class"], attributeOldValue: true, childList: true, subtree: true });
    },
    end() {
      observer.disconnect();
      cancelAnimationFrame(frame);
      frame = 0;
    },
  };
}
