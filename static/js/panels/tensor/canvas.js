/** A heat map of a matrix that can be panned, zoomed and walked cell by cell. */

import { cellStep } from "../../kit/grid-keys.js";
import { createCanvasPainter } from "./canvas-painter.js";
import { cellUnder, clamped, fitWhole, revealed, zoomed } from "./canvas-zoom.js";

/** @typedef {import("./canvas-zoom.js").Viewport} Viewport */
/** @typedef {{row: number, column: number}} Cell */
/** @typedef {import("./canvas-painter.js").Matrix} Matrix */

/** Pointer travel below which a press is a click, in pixels. */
const CLICK = 4;
const STEP = 1.4;

/**
 * @typedef {object} CanvasEvents
 * @property {(viewport: Viewport | null) => void} onViewport after a pan or zoom; null for the whole matrix
 * @property {(cell: Cell | null, from: "pointer" | "keys") => void} onCursor
 * @property {(cell: Cell) => void} onChoose
 */

/** @param {CanvasEvents} events */
export function createTensorCanvas({ onViewport, onCursor, onChoose }) {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  const painter = createCanvasPainter(canvas);
  /** @type {Matrix | null} */
  let matrix = null;
  /** @type {Viewport | null} null for the whole matrix */
  let viewport = null;
  /** @type {Cell | null} */
  let cursor = null;
  /** @type {{cells: Cell[], kind: "traced" | "maker"}[]} */
  let lights = [];
  let frame = 0;
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  let travelled = 0;

  /** Size in CSS pixels. The canvas may be shown smaller until its next drawing. */
  let size = { width: 1, height: 1 };
  const current = () => (matrix ? (viewport ?? fitWhole(matrix.rows, matrix.columns, size)) : { x: 0, y: 0, kx: 1, ky: 1 });

  function draw() {
    frame = 0;
    if (matrix) painter.draw({ matrix, viewport: current(), size, cursor, lights });
  }

  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  /** @param {Viewport | null} next */
  function setViewport(next) {
    viewport = next;
    canvas.classList.toggle("near", viewport !== null);
    redraw();
  }

  /** @param {Viewport | null} next */
  function move(next) {
    setViewport(next);
    onViewport(next);
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  function zoomBy(factor, x = size.width / 2, y = size.height / 2) {
    if (!matrix) return;
    const { rows, columns } = matrix;
    const next = zoomed(current(), factor, x, y, rows, columns, size);
    const least = fitWhole(rows, columns, size);
    move(next.kx <= least.kx * 1.001 ? null : next);
  }

  /** @param {{clientX: number, clientY: number}} event */
  function placeIn({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * size.width, y: ((clientY - box.top) / box.height) * size.height };
  }

  /** @param {{clientX: number, clientY: number}} event */
  function cellAt(event) {
    const { x, y } = placeIn(event);
    return matrix ? cellUnder(current(), x, y, matrix.rows, matrix.columns) : null;
  }

  canvas.addEventListener(
    "wheel",
    (event) => {
      // At its smallest, let the panel scroll.
      if (!viewport && event.deltaY > 0) return;
      event.preventDefault();
      const { x, y } = placeIn(event);
      zoomBy(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.002) * (event.ctrlKey ? 4 : 1)), x, y);
    },
    { passive: false },
  );
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    if (pointers.size === 0) travelled = 0;
    pointers.set(event.pointerId, placeIn(event));
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    const now = placeIn(event);
    if (!before) return onCursor(cellAt(event), "pointer");
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, now);
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    if (!matrix || travelled < CLICK) return;
    const { rows, columns } = matrix;
    if (other) {
      const distance = (/** @type {{x: number, y: number}} */ a) => Math.max(1, Math.hypot(a.x - other.x, a.y - other.y));
      zoomBy(distance(now) / distance(before), (now.x + other.x) / 2, (now.y + other.y) / 2);
    } else if (viewport) {
      move(clamped({ ...viewport, x: viewport.x + now.x - before.x, y: viewport.y + now.y - before.y }, rows, columns, size));
    }
  });
  const release = (/** @type {PointerEvent} */ event) => {
    const alone = pointers.size === 1;
    const held = pointers.delete(event.pointerId);
    if (event.type !== "pointerup" || !held || !alone || travelled >= CLICK) return;
    const cell = cellAt(event);
    if (!cell) return;
    onCursor(cell, "keys");
    onChoose(cell);
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => pointers.size === 0 && onCursor(null, "pointer"));
  canvas.addEventListener("dblclick", (event) => {
    const { x, y } = placeIn(event);
    zoomBy(STEP * STEP, x, y);
  });
  canvas.addEventListener("keydown", (event) => {
    if (!matrix || event.ctrlKey || event.metaKey || event.altKey) return;
    const { rows, columns } = matrix;
    const next = cellStep(event.key, cursor ?? { row: 0, column: -1 }, rows, columns);
    if (next) {
      const cell = { row: next.row, column: Math.max(0, next.column) };
      if (viewport) move(revealed(viewport, cell, rows, columns, size));
      onCursor(cell, "keys");
    } else if (event.key === "+" || event.key === "=" || event.key === "-" || event.key === "_") {
      const { x, y, kx, ky } = current();
      const at = cursor ?? { row: rows / 2, column: columns / 2 };
      zoomBy("+=".includes(event.key) ? STEP : 1 / STEP, x + (at.column + 0.5) * kx, y + (at.row + 0.5) * ky);
    } else if (event.key === "0") move(null);
    else if ((event.key === "Enter" || event.key === " ") && cursor) onChoose(cursor);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: canvas,
    redraw,
    setViewport,
    zoomBy,
    /**
     * @param {Matrix} shown
     * @param {{width: number, height: number}} nextSize in CSS pixels
     */
    show(shown, nextSize) {
      const other = matrix && (matrix.rows !== shown.rows || matrix.columns !== shown.columns);
      if (other || nextSize.width !== size.width || nextSize.height !== size.height) setViewport(null);
      matrix = shown;
      size = nextSize;
      painter.setMatrix(shown);
      redraw();
    },
    /** @param {Cell | null} cell */
    setCursor(cell) {
      if (cell?.row === cursor?.row && cell?.column === cursor?.column) return;
      cursor = cell;
      redraw();
    },
    /** @param {typeof lights} next */
    light(next) {
      lights = next;
      redraw();
    },
  };
}
