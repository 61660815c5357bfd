/** A matrix as a picture of colours that can be moved, enlarged and walked cell by cell. */

import { cellUnder, kept, revealed, whole, zoomed } from "./canvas-zoom.js";
import { stepped } from "../../kit/grid-keys.js";
import { cellRuns } from "../../kit/cell-rectangles.js";
import { isBright } from "../../kit/diverging-scale.js";
import { cellText } from "../../kit/number-text.js";

/** @typedef {import("./canvas-zoom.js").Sight} Sight */
/** @typedef {{row: number, column: number}} Cell */
/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */

/** From this width on a cell has room for its number. */
const READABLE = 40;
/** A pointer that moves less than this, in pixels, has clicked. */
const CLICK = 4;
const STEP = 1.4;

/**
 * @typedef {object} CanvasEvents
 * @property {(sight: Sight | null) => void} onSight moved or enlarged; null is the whole
 * @property {(cell: Cell | null, from: "pointer" | "keys") => void} onCursor
 * @property {(cell: Cell) => void} onChoose
 */

/**
 * @typedef {object} Matrix
 * @property {number} rows
 * @property {number} columns
 * @property {Float64Array} values row by row
 * @property {(value: number) => Rgb} colour
 */

/** @param {CanvasEvents} events */
export function createTensorCanvas({ onSight, onCursor, onChoose }) {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** One pixel an element, made once for each matrix. */
  const pixels = document.createElement("canvas");
  /** @type {Matrix | null} */
  let matrix = null;
  /** @type {Sight | null} null for the whole */
  let sight = null;
  /** @type {Cell | null} */
  let cursor = null;
  /** @type {{cells: Cell[], kind: "traced" | "maker"}[]} */
  let lights = [];
  let frame = 0;
  /** @type {Map<number, {x: number, y: number}>} */
  const pointers = new Map();
  let travelled = 0;

  /** In pixels of the page; the canvas has that size by its attributes, and shrinks with its place until it is drawn anew. */
  let extent = { width: 1, height: 1 };
  const room = () => extent;
  const current = () => (matrix ? (sight ?? whole(matrix.rows, matrix.columns, room())) : { x: 0, y: 0, kx: 1, ky: 1 });

  function paint() {
    if (!matrix) return;
    const { rows, columns, values, colour } = matrix;
    pixels.width = Math.max(1, columns);
    pixels.height = Math.max(1, rows);
    const inner = /** @type {CanvasRenderingContext2D} */ (pixels.getContext("2d"));
    const image = inner.createImageData(pixels.width, pixels.height);
    values.forEach((value, k) => {
      const [r, g, b] = colour(value);
      image.data.set([r, g, b, 255], 4 * k);
    });
    inner.putImageData(image, 0, 0);
  }

  function draw() {
    frame = 0;
    const { width, height } = room();
    if (!matrix) return;
    const scale = window.devicePixelRatio || 1;
    const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const { rows, columns } = matrix;
    const { x, y, kx, ky } = current();
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.clearRect(0, 0, width, height);
    // Cells smaller than a pixel are averaged, larger ones are squares.
    context.imageSmoothingEnabled = Math.min(kx, ky) * scale < 1;
    context.drawImage(pixels, x, y, columns * kx, rows * ky);
    const ink = getComputedStyle(canvas).color;
    context.strokeStyle = ink;
    context.globalAlpha = 0.25;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, columns * kx - 1, rows * ky - 1);
    context.globalAlpha = 1;
    if (kx >= READABLE) drawNumbers(width, height);
    for (const { cells, kind } of lights) {
      context.lineWidth = kind === "traced" ? 2.5 : 1.5;
      for (const run of cellRuns(cells)) strokeCells(run.row, run.column, run.rows, run.columns, ink);
    }
    if (cursor) {
      context.lineWidth = 2;
      strokeCells(cursor.row, cursor.column, 1, 1, ink);
    }
  }

  /**
   * A frame in ink with paper inside, to be seen on every colour; around a cell that is too small it stands off.
   * @param {number} row
   * @param {number} column
   * @param {number} rows
   * @param {number} columns
   * @param {string} ink
   */
  function strokeCells(row, column, rows, columns, ink) {
    const { x, y, kx, ky } = current();
    const [wide, high] = [Math.max(columns * kx, 5), Math.max(rows * ky, 5)];
    const left = x + column * kx + (columns * kx - wide) / 2;
    const top = y + row * ky + (rows * ky - high) / 2;
    context.strokeStyle = ink;
    context.strokeRect(left, top, wide, high);
    if (wide < 9 || high < 9) return;
    context.strokeStyle = getComputedStyle(canvas).backgroundColor;
    const inset = context.lineWidth;
    context.strokeRect(left + inset, top + inset, wide - 2 * inset, high - 2 * inset);
  }

  /** @param {number} width @param {number} height */
  function drawNumbers(width, height) {
    if (!matrix) return;
    const { rows, columns, values, colour } = matrix;
    const { x, y, kx, ky } = current();
    context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let row = Math.max(0, Math.floor(-y / ky)); row < Math.min(rows, (height - y) / ky); row += 1) {
      for (let column = Math.max(0, Math.floor(-x / kx)); column < Math.min(columns, (width - x) / kx); column += 1) {
        const value = values[row * columns + column] ?? 0;
        context.fillStyle = isBright(colour(value)) ? "#000" : "#fff";
        context.fillText(cellText(value), x + (column + 0.5) * kx, y + (row + 0.5) * ky, kx - 4);
      }
    }
  }

  function redraw() {
    frame ||= requestAnimationFrame(draw);
  }

  /** @param {Sight | null} next */
  function look(next) {
    sight = next;
    canvas.classList.toggle("near", sight !== null);
    redraw();
  }

  /** @param {Sight | null} next */
  function move(next) {
    look(next);
    onSight(next);
  }

  /** @param {number} factor @param {number} [x] @param {number} [y] */
  function zoomBy(factor, x = room().width / 2, y = room().height / 2) {
    if (!matrix) return;
    const { rows, columns } = matrix;
    const next = zoomed(current(), factor, x, y, rows, columns, room());
    const least = whole(rows, columns, room());
    move(next.kx <= least.kx * 1.001 ? null : next);
  }

  /** @param {{clientX: number, clientY: number}} event */
  function placeIn({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    const { width, height } = room();
    return { x: ((clientX - box.left) / box.width) * width, y: ((clientY - box.top) / box.height) * height };
  }

  /** @param {{clientX: number, clientY: number}} event */
  function cellAt(event) {
    const { x, y } = placeIn(event);
    return matrix ? cellUnder(current(), x, y, matrix.rows, matrix.columns) : null;
  }

  canvas.addEventListener(
    "wheel",
    (event) => {
      // At its smallest it lets the panel scroll.
      if (!sight && event.deltaY > 0) return;
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
    } else if (sight) {
      move(kept({ ...sight, x: sight.x + now.x - before.x, y: sight.y + now.y - before.y }, rows, columns, room()));
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
    const next = stepped(event.key, cursor ?? { row: 0, column: -1 }, rows, columns);
    if (next) {
      const cell = { row: next.row, column: Math.max(0, next.column) };
      if (sight) move(revealed(sight, cell, rows, columns, room()));
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
    look,
    zoomBy,
    /**
     * @param {Matrix} shown
     * @param {{width: number, height: number}} size in pixels of the page
     */
    show(shown, size) {
      const other = matrix && (matrix.rows !== shown.rows || matrix.columns !== shown.columns);
      if (other || size.width !== extent.width || size.height !== extent.height) look(null);
      matrix = shown;
      extent = size;
      paint();
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
