/** Frames single elements on the picture: cells of a matrix, or their part of a heat map. */

import { rectanglesOf } from "../../kit/cell-rectangles.js";
import { makeSvg } from "../../kit/element.js";
import { matrixShape } from "../../kit/tensor-values.js";
import { drawnPlace, drawnTensors, heatGrid } from "./tensors.js";

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../answers.js").CellLights} CellLights */
/** @typedef {import("./tensors.js").DrawnTensor} DrawnTensor */

/** Padding between a cell's text and its frame. */
const ROOM = { x: 3, y: 1 };

/** @param {SVGSVGElement | null} svg */
export function clearLights(svg) {
  for (const mark of svg?.querySelectorAll(".cell-mark") ?? []) mark.remove();
  for (const cell of svg?.querySelectorAll(".made-by") ?? []) cell.classList.remove("made-by");
  svg?.classList.remove("tracing");
}

/**
 * @param {App} app
 * @param {readonly CellLights[]} lights the traced element first, then its contributors
 */
export function showLights(app, lights) {
  const { svg } = app.view;
  const { graph } = app;
  clearLights(svg);
  if (!svg || !graph || lights.length === 0) return;
  const outputs = new Map(graph.groups.map(({ id, output }) => [id, output]));
  const drawn = drawnTensors(svg);
  lights.forEach(({ id, of, cells }, k) => {
    const shape = graph.nodes.find((node) => node.id === (outputs.get(id) ?? id))?.shape ?? [];
    const own = (/** @type {string} */ source) => source === id || outputs.get(source) === id || outputs.get(id) === source;
    const className = k === 0 ? "traced" : "maker";
    if (shape.length === 0) return lightNumber(app.view, own, of, className);
    const places = cells.flatMap((index) => drawnPlace(shape, index) ?? []);
    for (const tensor of drawn) {
      if (tensor.of !== of || !own(tensor.source)) continue;
      app.view.showPart(tensor.owner);
      lightTensor(tensor, shape, places, className);
    }
  });
  svg.classList.add("tracing");
}

/**
 * @param {DrawnTensor} tensor
 * @param {readonly number[]} shape
 * @param {{row: number, column: number}[]} places
 * @param {string} className
 */
function lightTensor({ element, of, cells }, shape, places, className) {
  const { rows, columns } = matrixShape(shape);
  if (cells.length > 0) {
    const box = boxOfCells(element, cells, rows, columns);
    for (const part of rectanglesOf(places)) {
      for (let row = part.row; row < part.row + part.rows; row += 1) {
        for (let column = part.column; column < part.column + part.columns; column += 1) {
          cells[row * columns + column]?.classList.add("made-by");
        }
      }
      element.prepend(
        frame(box.x + part.column * box.width, box.y + part.row * box.height, part.columns * box.width, part.rows * box.height, of, className),
      );
    }
    return;
  }
  const [x = 0, y = 0, width = 0, height = 0] = ["x", "y", "width", "height"].map((name) => Number(element.getAttribute(name)));
  const grid = heatGrid(shape);
  for (const part of rectanglesOf(places.flatMap((place) => grid.place(place) ?? []))) {
    // Keep a frame visible even where a cell is narrower than a line.
    const wide = Math.max(1.5, (width * part.columns) / grid.columns);
    const high = Math.max(1.5, (height * part.rows) / grid.rows);
    const mark = frame(x + (width * part.column) / grid.columns, y + (height * part.row) / grid.rows, wide, high, of, className);
    mark.classList.add("on-heat");
    element.after(mark);
  }
}

/**
 * Return the box of a drawn tensor, without its notes.
 * @param {Element} element a `.cells` group or a `.heat` image
 */
export function boxOfTensor(element) {
  const { x, y, width, height } = /** @type {SVGGraphicsElement} */ (element.querySelector(".brackets") ?? element).getBBox();
  return { x, y, width, height };
}

/**
 * Return the box of one element of a drawn tensor; null for one that is not drawn.
 * @param {Element} element a `.cells` group or a `.heat` image
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
export function cellBox(element, shape, index) {
  const place = drawnPlace(shape, index);
  if (!place) return null;
  const cells = [...element.querySelectorAll(".cell")];
  if (cells.length > 0) {
    const { rows, columns } = matrixShape(shape);
    const { x, y, width, height } = boxOfCells(element, cells, rows, columns);
    return { x: x + place.column * width, y: y + place.row * height, width, height };
  }
  const grid = heatGrid(shape);
  const part = grid.place(place);
  if (!part) return null;
  const { x, y, width, height } = boxOfTensor(element);
  return {
    x: x + (width * part.column) / grid.columns,
    y: y + (height * part.row) / grid.rows,
    width: Math.max(1.5, width / grid.columns),
    height: Math.max(1.5, height / grid.rows),
  };
}

/**
 * Return the box of the first cell; the others follow at equal distances.
 * @param {Element} element
 * @param {Element[]} cells
 * @param {number} rows
 * @param {number} columns
 */
function boxOfCells(element, cells, rows, columns) {
  const middle = (/** @type {number} */ k) => Number(cells[k]?.getAttribute("x"));
  const brackets = /** @type {SVGGraphicsElement} */ (element.querySelector(".brackets") ?? element).getBBox();
  const width = columns > 1 ? middle(1) - middle(0) : Math.max(0, brackets.width - 4 * ROOM.x);
  return { x: middle(0) - width / 2, y: brackets.y, width, height: brackets.height / rows };
}

/**
 * @param {App["view"]} view
 * @param {(source: string) => boolean} own
 * @param {string} of
 * @param {string} className
 */
function lightNumber(view, own, of, className) {
  for (const edge of view.parts("edge")) {
    if (!own(edge.getAttribute("data-source") ?? "")) continue;
    const text = /** @type {SVGGraphicsElement | null} */ (edge.querySelector(`:scope > text.${of}`));
    if (!text) continue;
    // What is not rendered has no size.
    view.showPart(edge.getAttribute("data-id") ?? "");
    text.classList.add("made-by");
    const { x, y, width, height } = text.getBBox();
    text.before(frame(x - ROOM.x, y - ROOM.y, width + 2 * ROOM.x, height + 2 * ROOM.y, of, className));
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} of
 * @param {string} className
 */
const frame = (x, y, width, height, of, className) =>
  makeSvg("rect", { class: `cell-mark ${of} ${className}`, x, y, width, height, rx: 2 });
