/** Marks of changes in the picture: differences beside numbers, and lines from values to the gradients made of them. */

import { makeSvg } from "../../kit/element.js";
import { boxOf } from "../../figure/picture/boxes.js";
import { boxOfTensor, cellBox } from "../../figure/picture/cell-lights.js";
import { createLayer } from "./layer.js";
import { letter, NOTES, sized, sizeOf } from "./letters.js";

/** @typedef {import("../../figure/answers.js").Changed} Changed */
/** @typedef {import("../../figure/answers.js").Difference} Difference */
/** @typedef {import("../../figure/picture/boxes.js").Box} Box */
/** @typedef {{x: number, y: number, half: number, size: number, beside: boolean}} Place of a number */

/** Width of a letter of a difference, as a share of its size. */
const LETTER = 0.62;
/** Space between a number and its difference beside it. */
const GAP = 6;

/** @param {SVGTextElement | null | undefined} text @returns {Place | null} */
function placeOf(text) {
  const size = text ? sizeOf(text) : 0;
  if (!text || size === 0) return null;
  const grown = size / (Number.parseFloat(getComputedStyle(text).fontSize) || size);
  const half = (text.getComputedTextLength() / 2) * grown;
  // Beside a line that runs down a number begins at its place.
  const beside = text.classList.contains("left");
  const x = Number(text.getAttribute("x")) + (beside ? half : 0);
  return { x, y: Number(text.getAttribute("y")), half, size, beside };
}

/** @param {Box} a @param {Box} b */
const meet = (a, b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** @param {Place} place @returns {Box} */
const boxOfNumber = ({ x, y, half, size }) => ({ x: x - half, y: y - 0.75 * size, width: 2 * half, height: 0.8 * size });

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
  /** What differences keep clear of where room is short; null until it is asked for. @type {Box[] | null} */
  let taken = null;

  /** @param {string} edge @param {"value" | "grad"} kind */
  const numberOn = (edge, kind) => /** @type {SVGTextElement | null | undefined} */ (view.element(edge)?.querySelector(`:scope > text.${kind}`));

  /** Take a box of the picture, unless something stands there. @param {Box} box */
  function take(box) {
    taken ??= others();
    if (taken.some((other) => meet(box, other))) return false;
    taken.push(box);
    return true;
  }

  /** Return the boxes of all numbers, tensors and nodes. */
  function others() {
    const numbers = [...(view.svg?.querySelectorAll(".edges > [data-id] > text:is(.value, .grad)") ?? [])];
    const places = numbers.map((text) => placeOf(/** @type {SVGTextElement} */ (text)));
    const tensors = [...(view.svg?.querySelectorAll(".edges > [data-id] :is(.cells, .heat)") ?? [])].map(boxOfTensor);
    const nodes = [...(view.svg?.querySelectorAll(".node[data-id]") ?? [])];
    return [...places.flatMap((place) => (place ? [boxOfNumber(place)] : [])), ...tensors, ...nodes.flatMap((node) => boxOf(node) ?? [])];
  }

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
    const words = (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ y) => sized(makeSvg("text", { class: `difference ${kind}${name}`, x, y }, said), size);
    if (!at.beside) return [words("", at.x, at.y + (kind === "value" ? -1.02 : 1.12) * size)];
    const box = { x: at.x + at.half + GAP, y: at.y - 0.75 * size, width: said.length * LETTER * size, height: 0.8 * size };
    return take(box) ? [words(" beside", box.x, at.y)] : [];
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
    const free = places.find(({ left, y }) => take({ x: left, y: y - 0.75 * size, width, height: 0.8 * size }));
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
    taken = null;
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
