/** Tensors on the picture's edges: finding them, indexing their cells, writing new numbers. */

import { cellText } from "../../kit/number-text.js";
import { matrixShape, placeOf } from "../../kit/tensor-values.js";

/** @typedef {import("../answers.js").Graph} Graph */
/** @typedef {import("../answers.js").Of} Of */
/** @typedef {import("../answers.js").TensorDisplays} TensorDisplays */

/**
 * A tensor where it is drawn.
 * @typedef {object} DrawnTensor
 * @property {Element} element a `.cells` group or a `.heat` image
 * @property {Of} of
 * @property {string} owner id of the edge or node it is drawn on
 * @property {string} source id, in the picture, of the node or closed layer that owns the tensor
 * @property {Element[]} cells its texts, row by row; empty for a heat map
 */

/**
 * @param {SVGSVGElement} svg
 * @returns {DrawnTensor[]}
 */
export function drawnTensors(svg) {
  return [...svg.querySelectorAll("[data-id] .cells, [data-id] .heat")].map((element) => {
    const owner = element.closest("[data-id]");
    const id = owner?.getAttribute("data-id") ?? "";
    return {
      element,
      of: /** @type {Of} */ (element.classList.contains("grad") ? "grad" : "value"),
      owner: id,
      source: owner?.getAttribute("data-source") ?? id,
      cells: [...element.querySelectorAll(".cell")],
    };
  });
}

/**
 * Return the texts of a tensor that is small enough to write out, else null.
 * @param {TensorDisplays[Of]} display
 */
export const cellsOf = (display) => (Array.isArray(display) ? display : null);

/** Return what a heat map's full colour means; NaN where nothing is known. @param {import("../../kit/types.js").JsonNumber} scale */
const scaleText = (scale) => (scale === "NaN" ? "NaN" : Number(scale) === 0 ? "0" : `±${cellText(Number(scale))}`);

/**
 * Update one drawn tensor with new numbers.
 * @param {DrawnTensor} drawn
 * @param {TensorDisplays | undefined} displays
 */
export function refreshTensor({ element, of, cells }, displays) {
  const display = displays?.[of];
  const [texts, image] = [cellsOf(display), typeof display === "string" ? display : null];
  const scale = image ? displays?.scale?.[of] : null;
  const said = scale === null || scale === undefined ? null : element.parentElement?.querySelector(".heat-scale");
  if (said && scale !== null && scale !== undefined) said.textContent = scaleText(scale);
  if (image && element.localName === "image" && element.getAttribute("href") !== image) element.setAttribute("href", image);
  if (!texts || cells.length === 0) return;
  const flat = texts.flat();
  cells.forEach((cell, k) => {
    const text = flat[k];
    if (text !== undefined && cell.textContent !== text) cell.textContent = text;
  });
  refreshTiles(element, flat);
}

/**
 * Return the terms of each element of a product, row × column (app/picture/terms.py).
 * @param {string[][]} left the first factor
 * @param {string[][]} right the second, its columns as rows
 */
const termsOf = (left, right) => left.map((row) => right.map((column) => row.map((a, k) => `${a} × ${column[k]}`).join(" + ")));

/**
 * Update the terms beneath the cells of products.
 * @param {SVGSVGElement} svg
 * @param {Record<string, TensorDisplays>} tensors
 */
export function refreshTerms(svg, tensors) {
  for (const group of svg.querySelectorAll("[data-factors]")) {
    const [a = "", b = "", turned] = (group.getAttribute("data-factors") ?? "").split(" ");
    const [left, right] = [cellsOf(tensors[a]?.value), cellsOf(tensors[b]?.value)];
    if (!left || !right) continue;
    const columns = turned ? right : (right[0] ?? []).map((_, j) => right.map((row) => row[j] ?? ""));
    const terms = termsOf(left, columns);
    for (const text of group.querySelectorAll(".terms")) {
      const [row = 0, column = 0] = (text.getAttribute("data-terms") ?? "").split(",").map(Number);
      const said = (turned ? terms[column]?.[0] : terms[row]?.[column]) ?? "";
      if (text.textContent !== said) text.textContent = said;
    }
  }
}

/**
 * Colour the tiles that stand for the elements from afar (app/picture/tensors.py).
 * @param {Element} element
 * @param {string[]} texts
 */
function refreshTiles(element, texts) {
  const tiles = element.querySelectorAll(".tile");
  if (tiles.length === 0) return;
  const numbers = texts.map((text) => Number(text.replace("−", "-").replaceAll(",", "").replace("∞", "Infinity")));
  const largest = Math.max(0, ...numbers.filter(Number.isFinite).map(Math.abs));
  tiles.forEach((tile, k) => {
    const [number = 0, odd] = [numbers[k], !Number.isFinite(numbers[k])];
    const share = number !== 0 && largest > 0 ? 0.1 + (0.9 * Math.abs(number)) / largest : 0;
    tile.setAttribute("fill-opacity", odd ? "1" : share.toFixed(2));
    tile.setAttribute("class", `tile ${odd ? "odd" : number < 0 ? "negative" : "positive"}`);
  });
}

/**
 * Return a function from a drawn tensor to its new content in an answer.
 * @param {import("../answers.js").Values} values
 * @param {Graph} graph
 * @returns {(drawn: DrawnTensor) => TensorDisplays | undefined}
 */
export function displaysIn(values, graph) {
  const outputs = new Map(graph.groups.map(({ id, output }) => [id, output]));
  const { tensors = {}, edge_tensors: edges = {} } = values;
  return ({ of, owner, source }) => {
    const node = tensors[source] ?? tensors[outputs.get(source) ?? ""];
    return of === "grad" ? (edges[owner] ?? node) : node;
  };
}

/**
 * Return the tensor index of a cell; `data-cell` holds its row and column.
 * @param {Element} cell
 * @param {readonly number[]} shape shape of the cell's tensor
 * @returns {number[]}
 */
export function indexOfCell(cell, shape) {
  const numbers = (cell.getAttribute("data-cell") ?? "").split(",").filter(Boolean).map(Number);
  const missing = shape.length - numbers.length;
  return missing >= 0 ? [...Array(missing).fill(0), ...numbers] : numbers.slice(-missing);
}

/** Rows of 784 are shown as 28 × 28 digits: the first four, two by two (app/encoding/tensor_json.py). */
const IMAGE = 28;
const ACROSS = 2;

/**
 * Return the grid of a heat map, with conversions between its places and tensor cells.
 * @param {readonly number[]} shape
 */
export function heatGrid(shape) {
  const { rows, columns } = matrixShape(shape);
  if (columns !== IMAGE * IMAGE || shape.length > 2) {
    return {
      rows,
      columns,
      /** @param {number} row @param {number} column */
      element: (row, column) => ({ row, column }),
      /** @param {{row: number, column: number}} cell */
      place: (cell) => cell,
    };
  }
  const shown = Math.min(rows, ACROSS * ACROSS);
  const across = Math.min(shown, ACROSS);
  return {
    rows: Math.ceil(shown / across) * IMAGE,
    columns: across * IMAGE,
    /** @param {number} row @param {number} column */
    element: (row, column) => ({
      row: Math.min(shown - 1, Math.floor(row / IMAGE) * across + Math.floor(column / IMAGE)),
      column: (row % IMAGE) * IMAGE + (column % IMAGE),
    }),
    /** @param {{row: number, column: number}} cell */
    place: ({ row, column }) =>
      row < shown
        ? { row: Math.floor(row / across) * IMAGE + Math.floor(column / IMAGE), column: (row % across) * IMAGE + (column % IMAGE) }
        : null,
  };
}

/**
 * Return an element's row and column, or null if the picture does not show it.
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
export function drawnPlace(shape, index) {
  const { item, row, column } = placeOf(shape, index);
  const { rows, columns } = matrixShape(shape);
  return item === 0 && row < rows && column < columns ? { row, column } : null;
}
