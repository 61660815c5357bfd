/** Marks of changes in the picture: differences beside numbers, and lines from values to the gradients made of them. */

import { makeSvg } from "../../kit/element.js";
import { createLayer } from "./layer.js";
import { sized, sizeOf } from "./letters.js";

/** @typedef {import("../../figure/answers.js").Changed} Changed */

/** @param {SVGTextElement | null | undefined} text */
function placeOf(text) {
  const size = text ? sizeOf(text) : 0;
  if (!text || size === 0) return null;
  const grown = size / (Number.parseFloat(getComputedStyle(text).fontSize) || size);
  const half = (text.getComputedTextLength() / 2) * grown;
  // Beside a line that runs down a number begins at its place.
  const x = Number(text.getAttribute("x")) + (text.classList.contains("left") ? half : 0);
  return { x, y: Number(text.getAttribute("y")), half, size };
}

/** @param {import("../../figure/types.js").View} view */
export function createMarks(view) {
  let faded = false;
  /** @type {readonly Changed[]} */
  let changes = [];
  /** @type {readonly {from: string, to: string}[]} */
  let joined = [];

  /** @param {string} edge @param {"value" | "grad"} kind */
  const numberOn = (edge, kind) => /** @type {SVGTextElement | null | undefined} */ (view.element(edge)?.querySelector(`:scope > text.${kind}`));

  /**
   * @param {string} edge
   * @param {"value" | "grad"} kind
   * @param {import("../../figure/answers.js").Difference | null | undefined} difference
   */
  function difference(edge, kind, difference) {
    const at = placeOf(numberOn(edge, kind));
    if (!at || !difference || difference.where.length > 0) return null;
    const y = at.y + (kind === "value" ? -1.02 : 1.12) * at.size;
    return sized(makeSvg("text", { class: `difference ${kind}`, x: at.x, y }, difference.difference_text), at.size);
  }

  /** @param {{from: string, to: string}} ends */
  function line({ from, to }) {
    const [a, b] = [placeOf(numberOn(from, "value")), placeOf(numberOn(to, "grad"))];
    if (!a || !b) return [];
    // Along a row the line goes over the node between; else beside both numbers, so that they stay readable.
    const along = Math.abs(a.x - b.x) > 90;
    const start = along ? { x: a.x, y: a.y - 2 * a.size } : { x: a.x + a.half + 7, y: a.y - 4 };
    const end = { x: b.x + b.half + 6, y: b.y - 4 };
    const bend = Math.max(36, Math.abs(end.y - start.y) * 0.35);
    const controls = along
      ? `${start.x + (b.x - a.x) * 0.2},${start.y - 26} ${end.x + 40},${start.y - 26}`
      : `${start.x + bend},${start.y} ${end.x + bend},${end.y}`;
    return [
      makeSvg("path", { class: "made-of", d: `M${start.x},${start.y}C${controls} ${end.x + 9},${end.y}` }),
      makeSvg("circle", { class: "made-of-start", cx: start.x, cy: start.y, r: 3 }),
      makeSvg("path", { class: "made-of-head", d: `M${end.x},${end.y}l9,-4.5v9Z` }),
    ];
  }

  const layer = createLayer(view, (group, edges) => {
    group.setAttribute("class", faded ? "changes fading" : "changes");
    const byId = new Map(changes.map((change) => [change.id, change]));
    for (const element of edges) {
      const id = element.getAttribute("data-id") ?? "";
      const change = byId.get(id.endsWith("->@output") ? (element.getAttribute("data-source") ?? "") : id);
      if (!change) continue;
      const marks = [difference(id, "value", change.value), difference(id, "grad", change.gradient)];
      group.append(...marks.filter((mark) => mark !== null));
    }
    group.append(...joined.flatMap(line));
  });

  return {
    /**
     * Draw the marks of these changes in place of the ones before.
     * @param {readonly Changed[]} changed
     * @param {readonly {from: string, to: string}[]} ends
     */
    show(changed, ends) {
      changes = changed;
      joined = ends;
      layer.draw();
    },
    /** Let the marks fade, and those drawn from now on be out of sight. @param {boolean} [out] */
    fade(out = true) {
      faded = out;
      layer.element?.classList.toggle("fading", faded);
    },
    clear: layer.clear,
  };
}
