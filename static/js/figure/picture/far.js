/** A picture seen from far: nodes are coloured by the sizes of their numbers, and edges are single lines. */

import { isAway, isLarge } from "./crowd.js";

/** @typedef {import("../answers.js").Graph} Graph */
/** @typedef {import("../answers.js").Values} Values */

/** Letters beyond which a picture is seen from far, in its own units (app/picture/letters.py). */
const FAR = 30;
/** How much paler than a node's the colours of a lid are (app/picture/lids.py). */
const PALE = 0.3;

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
 * Return the coloured halves of a picture: what each shows, of which node, and how pale.
 * @param {SVGSVGElement} svg
 * @param {Graph} graph
 */
function halvesIn(svg, graph) {
  const index = new Map(graph.nodes.map((node, i) => [node.id, i]));
  for (const group of graph.groups) index.set(group.id, index.get(group.output) ?? -1);
  index.set("@output", index.get(graph.output ?? "") ?? -1);
  return [...svg.querySelectorAll(".size")].map((half) => {
    const owner = half.parentElement;
    const lid = owner?.getAttribute("data-lid") ?? null;
    const at = index.get(lid ?? owner?.getAttribute("data-id") ?? "") ?? -1;
    return { half, owner, grad: half.classList.contains("grad"), at, share: lid === null ? 1 : PALE };
  });
}

/** @param {{readonly svg: SVGSVGElement | null, readonly elements: ReadonlyMap<string, unknown>}} view */
export function createFar(view) {
  /** @type {{heat: NonNullable<Values["heat"]>, graph: Graph} | null} sizes not yet shown as colours */
  let newest = null;
  /** @type {SVGSVGElement | null} */
  let known = null;
  /** @type {{graph: Graph, all: ReturnType<typeof halvesIn>} | null} */
  let halves = null;
  /** How opaque halves are; those of parts that are not rendered are told so when they come. @type {Map<Element, string | null>} */
  const opacities = new Map();

  /** Return how opaque a half is. @param {Element} half */
  function opacityOf(half) {
    const known = opacities.get(half);
    if (known !== undefined) return known;
    const written = half.getAttribute("fill-opacity");
    opacities.set(half, written);
    return written;
  }

  /** Whether any colour was set. */
  function colour() {
    const { svg } = view;
    if (!svg || !newest || svg.dataset.detail !== "far") return false;
    const { heat, graph } = newest;
    newest = null;
    if (halves?.graph !== graph) halves = { graph, all: halvesIn(svg, graph) };
    let any = false;
    for (const { half, owner, grad, at, share } of halves.all) {
      const level = (grad ? heat.grads : heat.values)[at];
      const wanted = level === undefined ? null : String(opacity(level) * share);
      if (wanted === null || opacityOf(half) === wanted) continue;
      opacities.set(half, wanted);
      if (!owner || !isAway(owner)) half.setAttribute("fill-opacity", wanted);
      any = true;
    }
    return any;
  }

  /** @param {SVGSVGElement} svg @param {number} letter */
  function shut(svg, letter) {
    for (const lid of svg.querySelectorAll(".lid")) {
      const wanted = letter > Number(lid.getAttribute("data-until"));
      if (lid.classList.contains("shut") !== wanted) lid.classList.toggle("shut");
    }
  }

  return {
    /** Returns whether colours have changed. @param {number} letter the smallest that can be read */
    update(letter) {
      const { svg } = view;
      if (!svg) return false;
      if (svg !== known) {
        [known, newest, halves] = [svg, null, null];
        opacities.clear();
      }
      svg.dataset.detail = isFar(letter) ? "far" : "near";
      // In a large picture the parts are marked (crowd.js): a change of the whole would recompute all styles.
      const wanted = isFar(letter) && !isLarge(view.elements);
      if (svg.classList.contains("far") !== wanted) svg.classList.toggle("far");
      shut(svg, letter);
      return colour();
    },
    opacityOf,
    /** Write the colours of a part that is about to be rendered. @param {Element} part */
    freshen(part) {
      if (opacities.size === 0) return;
      for (const half of part.querySelectorAll(":scope > .size")) {
        const wanted = opacityOf(half);
        if (wanted !== null && wanted !== half.getAttribute("fill-opacity")) half.setAttribute("fill-opacity", wanted);
      }
    },
    /** Returns whether colours have changed. @param {Values} values @param {Graph} graph */
    setValues(values, graph) {
      if (!values.heat) return false;
      newest = { heat: values.heat, graph };
      return colour();
    },
  };
}
