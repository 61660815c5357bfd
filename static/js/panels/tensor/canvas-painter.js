/** Paints a matrix on a canvas: coloured cells, numbers in large cells, frames around some. */

import { rectanglesOf } from "../../kit/cell-rectangles.js";
import { isBright } from "../../kit/diverging-scale.js";
import { cellText } from "../../kit/number-text.js";

/** @typedef {{row: number, column: number}} Cell */
/** @typedef {{cells: Cell[], kind: "traced" | "maker"}[]} Lights */

/**
 * @typedef {object} Matrix
 * @property {number} rows
 * @property {number} columns
 * @property {Float64Array} values row by row
 * @property {(value: number) => import("../../kit/diverging-scale.js").Rgb} colour
 */

/**
 * @typedef {object} Drawing
 * @property {Matrix} matrix
 * @property {import("./canvas-zoom.js").Viewport} viewport
 * @property {{width: number, height: number}} size of the canvas, in CSS pixels
 * @property {Cell | null} cursor
 * @property {Lights} lights
 */

/** Minimum width of a cell with its number, in CSS pixels. */
const READABLE = 40;

/** @param {HTMLCanvasElement} canvas */
export function createCanvasPainter(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  /** One pixel per element; painted once per matrix. */
  const pixels = document.createElement("canvas");

  /**
   * Stroke a frame in ink with a paper line inside, visible on every colour. Frames of tiny cells are enlarged.
   * @param {Drawing} drawing
   * @param {{row: number, column: number, rows: number, columns: number}} rectangle in cells
   * @param {string} ink
   */
  function strokeCells({ viewport: { x, y, kx, ky } }, { row, column, rows, columns }, ink) {
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

  /** @param {Drawing} drawing */
  function drawNumbers({ matrix: { rows, columns, values, colour }, viewport: { x, y, kx, ky }, size: { width, height } }) {
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

  return {
    /** @param {Matrix} matrix */
    setMatrix({ rows, columns, values, colour }) {
      pixels.width = Math.max(1, columns);
      pixels.height = Math.max(1, rows);
      const inner = /** @type {CanvasRenderingContext2D} */ (pixels.getContext("2d"));
      const image = inner.createImageData(pixels.width, pixels.height);
      values.forEach((value, k) => {
        const [r, g, b] = colour(value);
        image.data.set([r, g, b, 255], 4 * k);
      });
      inner.putImageData(image, 0, 0);
    },

    /** @param {Drawing} drawing */
    draw(drawing) {
      const { matrix, viewport, size, cursor, lights } = drawing;
      const { width, height } = size;
      const { x, y, kx, ky } = viewport;
      const scale = window.devicePixelRatio || 1;
      const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
      if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
      context.setTransform(scale, 0, 0, scale, 0, 0);
      context.clearRect(0, 0, width, height);
      // Smoothing averages cells smaller than a pixel; larger cells stay sharp squares.
      context.imageSmoothingEnabled = Math.min(kx, ky) * scale < 1;
      context.drawImage(pixels, x, y, matrix.columns * kx, matrix.rows * ky);
      const ink = getComputedStyle(canvas).color;
      context.strokeStyle = ink;
      context.globalAlpha = 0.25;
      context.lineWidth = 1;
      context.strokeRect(x + 0.5, y + 0.5, matrix.columns * kx - 1, matrix.rows * ky - 1);
      context.globalAlpha = 1;
      if (kx >= READABLE) drawNumbers(drawing);
      for (const { cells, kind } of lights) {
        context.lineWidth = kind === "traced" ? 2.5 : 1.5;
        for (const rectangle of rectanglesOf(cells)) strokeCells(drawing, rectangle, ink);
      }
      if (!cursor) return;
      context.lineWidth = 2;
      strokeCells(drawing, { ...cursor, rows: 1, columns: 1 }, ink);
    },
  };
}
