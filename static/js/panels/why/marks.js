/** Marks of changes in the picture: differences beside numbers, and lines from values to the gradients made of them. */

import { makeSvg } from "../../kit/element.js";
import { boxOfTensor, cellBox } from "../../figure/picture/cell-lights.js";
import { createLayer } from "./layer.js";
import { letter, NOTES, sized } from "./letters.js";
import { createRoom, LETTER, placeOf } from "./room.js";

/** @typedef {import("../../figure/answers.js").Changed} Changed */
/** @typedef {import("../../figure/answers.js").Difference} Difference */

/** Space between a number and its difference beside it. */
const GAP = 6;

/**
 * @param {import("../../figure/types.js").View} view
 * @param {(source: string) => readonly number[]} shapeOf shape of a node or a closed layer
 */
export function createMarks(view, shapeOf) {
  let faded = false;
  /** @type {readonly Changed[]} */
  let changes = [];
  /** @type {readonly {from: string, to: string}[]} */
  let joined = [];
  const room = createRoom(view);

  /** @param {string} edge @param {"value" | "grad"} kind */
  const numberOn = (edge, kind) => /** @type {SVGTextElement | null | undefined} */ (view.element(edge)?.querySelector(`:scope > text.${kind}`));

  /**
   * @param {string} edge
   * @param {"value" | "grad"} kind
   * @param {Difference | null | undefined} difference
   */
  function difference(edge, kind, difference) {
    const at = placeOf(numberOn(edge, kind));
    if (!at || !difference || difference.where.length > 0) return [];
    const { size } = at;
    const said = difference.difference_text;
    const wide = said.length * LETTER * size;
    const above = { x: at.x, left: at.x - wide / 2, y: at.y + (kind === "value" ? -1.02 : 1.12) * size, name: "" };
    const beside = { x: at.x + at.half + GAP, left: at.x + at.half + GAP, y: at.y, name: " beside" };
    const free = (at.beside ? [beside] : [above, beside]).find(({ left, y }) => room.take({ x: left, y: y - 0.75 * size, width: wide, height: 0.8 * size }));
    return free ? [sized(makeSvg("text", { class: `difference ${kind}${free.name}`, x: free.x, y: free.y }, said), size)] : [];
  }

  /**
   * Frame the element of a tensor that changed most, and tell its difference above the value or below the gradient.
   * @param {Element} edge
   * @param {"value" | "grad"} kind
   * @param {Difference | null | undefined} difference
   */
  function element(edge, kind, difference) {
    const drawn = edge.querySelector(`:is(.cells, .heat).${kind}`);
    if (!drawn || !difference || difference.where.length === 0) return [];
    const cell = cellBox(drawn, shapeOf(edge.getAttribute("data-source") ?? ""), difference.where);
    if (!cell) return [];
    const frame = makeSvg("rect", { class: `difference-cell ${kind}`, ...cell, rx: 2 });
    const whole = boxOfTensor(drawn);
    const size = Math.max(13, letter(view.svg));
    // A heat map has a line of notes there.
    const off = drawn.localName === "image" ? NOTES : 0;
    const said = `[${difference.where.join(", ")}] ${difference.difference_text}`;
    const [middle, width] = [whole.x + whole.width / 2, said.length * LETTER * size];
    const y = kind === "value" ? whole.y - off - 0.35 * size : whole.y + whole.height + off + 0.95 * size;
    // Beside a line that runs down there is room at the right.
    const places = [
      { left: middle - width / 2, x: middle, y, name: "" },
      { left: whole.x + whole.width + GAP, x: whole.x + whole.width + GAP, y: cell.y + cell.height / 2 + 0.35 * size, name: " beside" },
    ];
    if (view.svg?.dataset.direction === "down") places.reverse();
    const free = places.find(({ left, y }) => room.take({ x: left, y: y - 0.75 * size, width, height: 0.8 * size }));
    if (!free) return [frame];
    return [frame, sized(makeSvg("text", { class: `difference ${kind}${free.name}`, x: free.x, y: free.y }, said), size)];
  }

  /** @param {{from: string, to: string}} ends */
  function line({ from, to }) {
    const [a, b] = [placeOf(numberOn(from, "value")), placeOf(numberOn(to, "grad"))];
    if (!a || !b) return [];
    // Along a row the line goes over the node between; else beside both numbers, so that they stay readable.
    const along = Math.abs(a.x - b.x) > 90;
    const start = along ? { x: a.x, y: a.y - (a.beside ? 1.1 : 2) * a.size } : { x: a.x + a.half + 7, y: a.y - 4 };
    const told = b.beside ? (changes.find(({ id }) => id === to)?.gradient?.difference_text ?? "") : "";
    const end = { x: b.x + b.half + 6 + (told ? GAP + told.length * LETTER * b.size : 0), y: b.y - 4 };
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
    room.clear();
    const byId = new Map(changes.map((change) => [change.id, change]));
    for (const edge of edges) {
      const id = edge.getAttribute("data-id") ?? "";
      const change = byId.get(id.endsWith("->@output") ? (edge.getAttribute("data-source") ?? "") : id);
      if (!change) continue;
      for (const kind of /** @type {const} */ (["value", "grad"])) {
        const changed = kind === "value" ? change.value : change.gradient;
        group.append(...difference(id, kind, changed), ...element(edge, kind, changed));
      }
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
