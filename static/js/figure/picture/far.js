/** A picture seen from far: nodes are coloured by the sizes of their numbers, and edges are single lines. */

/** @typedef {import("../answers.js").Graph} Graph */
/** @typedef {import("../answers.js").Values} Values */

/** Letters beyond which a picture is seen from far, in its own units (app/picture/letters.py). */
const FAR = 30;
/** How much paler than a node's the colours of a lid are (app/picture/lids.py). */
const PALE = 0.3;
/** Width of a line at full size. */
const LINE = 1.5;

/**
 * Whether a picture is seen from far.
 * @param {number} letter the smallest letter that can be read, in the picture's units
 */
export const isFar = (letter) => letter > FAR;

/**
 * Return how opaque the colour of a level is (app/encoding/heat_levels.py).
 * @param {string} level a digit: 0 for nothing, 8 for the largest number, 9 for one that is not finite
 */
export const opacity = (level) => (level === "0" ? 0 : level === "9" ? 1 : Math.round(2 + 11 * Number(level)) / 100);

/**
 * Return the width of a line that is at least a pixel on the screen, in steps: each change costs time.
 * @param {number} k scale of the picture
 */
export const lineWidth = (k) => Math.max(LINE, 2 ** (Math.round(-2 * Math.log2(k)) / 2));

/** @param {{readonly svg: SVGSVGElement | null}} view */
export function createFar(view) {
  /** @type {{heat: NonNullable<Values["heat"]>, graph: Graph} | null} sizes not yet shown as colours */
  let newest = null;
  /** @type {SVGSVGElement | null} */
  let known = null;
  let width = LINE;

  function colour() {
    const { svg } = view;
    if (!svg || !newest || !svg.classList.contains("far")) return;
    const { heat, graph } = newest;
    newest = null;
    const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
    for (const group of graph.groups) index.set(group.id, index.get(group.output) ?? -1);
    index.set("@output", index.get(graph.output ?? "") ?? -1);
    for (const half of svg.querySelectorAll(".size")) {
      const owner = half.parentElement;
      const lid = owner?.getAttribute("data-lid") ?? null;
      const at = index.get(lid ?? owner?.getAttribute("data-id") ?? "") ?? -1;
      const level = (half.classList.contains("grad") ? heat.grads : heat.values)[at];
      const wanted = level === undefined ? null : String(opacity(level) * (lid === null ? 1 : PALE));
      if (wanted !== null && half.getAttribute("fill-opacity") !== wanted) half.setAttribute("fill-opacity", wanted);
    }
  }

  /** @param {SVGSVGElement} svg @param {number} letter */
  function shut(svg, letter) {
    for (const lid of svg.querySelectorAll(".lid")) {
      const wanted = letter > Number(lid.getAttribute("data-until"));
      if (lid.classList.contains("shut") !== wanted) lid.classList.toggle("shut");
    }
  }

  return {
    /** @param {number} k scale of the picture @param {number} letter */
    update(k, letter) {
      const { svg } = view;
      if (!svg) return;
      if (svg !== known) [known, width, newest] = [svg, LINE, null];
      // A toggle without effect would still recompute all styles.
      if (svg.classList.contains("far") !== isFar(letter)) svg.classList.toggle("far");
      shut(svg, letter);
      const wanted = lineWidth(k);
      if (wanted !== width) {
        width = wanted;
        for (const part of /** @type {NodeListOf<SVGGElement>} */ (svg.querySelectorAll(".edges, .nodes, .lids"))) {
          part.style.setProperty("--thin", `${wanted}px`);
          part.style.setProperty("--thick", `${3 * wanted}px`);
        }
      }
      colour();
    },
    /** @param {Values} values @param {Graph} graph */
    setValues(values, graph) {
      if (!values.heat) return;
      newest = { heat: values.heat, graph };
      colour();
    },
  };
}
