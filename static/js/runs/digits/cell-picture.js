/** A small heat map with a cursor for pointer and arrow keys; panels/tensor/canvas.js shows larger ones. */

import { isBright } from "../../kit/diverging-scale.js";
import { make } from "../../kit/element.js";
import { cellStep } from "../../kit/grid-keys.js";

/** @typedef {{row: number, column: number}} Cell */
/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */

/**
 * @typedef {object} Cells
 * @property {number} rows
 * @property {number} columns
 * @property {ArrayLike<number>} values row by row; the last row may be short
 * @property {(value: number) => Rgb} colour
 * @property {{x: number, y: number, length: number, direction: "across" | "down"}[]} [outline] in cells
 */

/**
 * @param {object} events
 * @param {(cell: Cell | null, from: "pointer" | "keys") => void} events.onCursor
 */
export function createCellPicture({ onCursor }) {
  const canvas = make("canvas", { class: "cells", tabindex: 0, role: "application" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** One pixel per cell. */
  const small = document.createElement("canvas");
  const inner = /** @type {CanvasRenderingContext2D} */ (small.getContext("2d"));
  /** @type {Cells | null} */
  let shown = null;
  /** @type {Cell | null} */
  let cursor = null;
  let frame = 0;

  const inside = (/** @type {Cell} */ { row, column }) => !!shown && row * shown.columns + column < shown.values.length;

  function paint() {
    if (!shown) return;
    const { rows, columns, values, colour } = shown;
    [small.width, small.height] = [columns, rows];
    const image = inner.createImageData(columns, rows);
    for (let k = 0; k < values.length; k += 1) {
      const [r, g, b] = colour(Number(values[k]));
      image.data.set([r, g, b, 255], 4 * k);
    }
    inner.putImageData(image, 0, 0);
  }

  function draw() {
    frame = 0;
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!shown || width === 0) return;
    const dense = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const [kx, ky] = [w / shown.columns, h / shown.rows];
    context.clearRect(0, 0, w, h);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, w, h);
    context.fillStyle = getComputedStyle(canvas).color;
    const line = Math.max(1, Math.round(1.25 * dense));
    for (const { x, y, length, direction } of shown.outline ?? []) {
      const [left, top] = [Math.round(x * kx) - line / 2, Math.round(y * ky) - line / 2];
      if (direction === "across") context.fillRect(left, top, Math.round(length * kx) + line, line);
      else context.fillRect(left, top, line, Math.round(length * ky) + line);
    }
    if (cursor && inside(cursor)) frameCell(cursor, kx, ky, 2 * dense);
  }

  /**
   * Frame a cell in two colours, black and white, to be visible on every background.
   * @param {Cell} cell
   * @param {number} kx
   * @param {number} ky
   * @param {number} line
   */
  function frameCell({ row, column }, kx, ky, line) {
    if (!shown) return;
    const bright = isBright(shown.colour(Number(shown.values[row * shown.columns + column])));
    for (const [colour, out] of /** @type {const} */ ([[bright ? "#fff" : "#000", 1.5], [bright ? "#000" : "#fff", 0.5]])) {
      context.strokeStyle = colour;
      context.lineWidth = line;
      const by = line * out;
      context.strokeRect(column * kx - by, row * ky - by, kx + 2 * by, ky + 2 * by);
    }
  }

  const later = () => (frame ||= requestAnimationFrame(draw));
  new ResizeObserver(later).observe(canvas);

  /** @param {PointerEvent} event */
  function cellAt(event) {
    if (!shown) return null;
    const box = canvas.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * shown.rows);
    const column = Math.floor(((event.clientX - box.left) / box.width) * shown.columns);
    const cell = { row, column };
    return row >= 0 && column >= 0 && row < shown.rows && column < shown.columns && inside(cell) ? cell : null;
  }
  for (const type of /** @type {const} */ (["pointermove", "pointerdown"])) {
    canvas.addEventListener(type, (event) => onCursor(cellAt(event), "pointer"));
  }
  canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && onCursor(null, "pointer"));
  canvas.addEventListener("blur", () => onCursor(null, "keys"));
  canvas.addEventListener("keydown", (event) => {
    if (!shown || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = cellStep(event.key, cursor ?? { row: 0, column: -1 }, shown.rows, shown.columns);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    const cell = { row: next.row, column: Math.max(0, next.column) };
    onCursor(inside(cell) ? cell : cursor, "keys");
  });

  return {
    element: canvas,
    /** @param {Cells} cells */
    show(cells) {
      shown = cells;
      paint();
      later();
    },
    /** @param {Cell | null} cell */
    setCursor(cell) {
      if (cell?.row === cursor?.row && cell?.column === cursor?.column) return;
      cursor = cell;
      later();
    },
  };
}
