/** A layer of marks over the picture's edges, painted anew when the letters beside them change. */

import { makeSvg } from "../../kit/element.js";
import { createLetterWatch } from "./letters.js";

/**
 * @param {import("../../figure/types.js").View} view
 * @param {(layer: SVGElement, edges: Iterable<Element>) => void} paint fills an empty layer
 */
export function createLayer(view, paint) {
  /** @type {SVGElement | null} */
  let layer = null;
  const letters = createLetterWatch(draw);

  /** Put the marks in place of the ones before. */
  function draw() {
    layer?.remove();
    const viewport = view.svg?.querySelector(":scope > .viewport");
    if (!viewport) return;
    layer = makeSvg("g", { "aria-hidden": "true" });
    paint(layer, viewport.querySelectorAll(":scope > .edges > [data-id]"));
    viewport.append(layer);
    if (view.svg) letters.watch(view.svg);
  }

  return {
    draw,
    /** The layer in the picture; null while there is none. */
    get element() {
      return layer;
    },
    clear() {
      letters.end();
      layer?.remove();
      layer = null;
    },
  };
}
