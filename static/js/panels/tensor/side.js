/** The value or the gradient in the tensor panel: a table of numbers if small, else a heat map. */

import { divergingScale, POLES, scaleOf, UNKNOWN } from "../../kit/diverging-scale.js";
import { make } from "../../kit/element.js";
import { cellText, numberText } from "../../kit/number-text.js";
import { colourOf, onColourChange } from "../../kit/page-colours.js";
import { createScaleLegend } from "../../kit/scale-legend.js";
import { matrixOf, matrixShape, shapeText } from "../../kit/tensor-values.js";
import { heightFor } from "./canvas-zoom.js";
import { createTensorCanvas } from "./canvas.js";
import { createTensorMatrix } from "./matrix.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").Of} Of */
/** @typedef {{row: number, column: number}} Cell */

/** Maximum size of a matrix shown as numbers. */
const WRITTEN = { rows: 12, columns: 6 };
/** Maximum height of a heat map, in pixels. */
const HIGHEST = 240;
const LOWEST = 36;

/**
 * @typedef {object} SideState
 * @property {number[]} shape
 * @property {(string | number)[]} axes
 * @property {number} item which matrix of a tensor with more than two axes
 * @property {string} name
 * @property {import("../../figure/answers.js").TensorAnswer | null} answer null until it arrives
 * @property {string[][] | null} cells texts that came with the graph
 * @property {boolean} exists
 */

/**
 * @param {App} app
 * @param {Of} of
 * @param {import("./canvas.js").CanvasEvents} events
 */
export function createTensorSide(app, of, events) {
  const { t } = app;
  const title = make("h4", { class: of === "value" ? "forward" : "backward" });
  const shapeLine = make("span", { class: "tensor-shape" });
  const place = make("div", { class: "tensor-place" });
  const legend = createScaleLegend();
  const element = make("section", { class: `tensor-side ${of}` }, make("header", {}, title, shapeLine), place, legend.element);
  const matrix = createTensorMatrix(events);
  const canvas = createTensorCanvas(events);
  /** @type {SideState | null} */
  let shown = null;
  /** @type {Float64Array | null} */
  let values = null;

  const written = () => {
    const { rows, columns } = matrixShape(shown?.shape ?? []);
    return rows <= WRITTEN.rows && columns <= WRITTEN.columns;
  };

  function words() {
    title.textContent = of === "value" ? t("Value") : t("Gradient");
    shapeLine.textContent = shown ? `(${shown.axes.join(", ")}${shown.axes.length === 1 ? "," : ""})` : "";
  }

  /** @param {string} said */
  function showCanvas(said) {
    if (!shown || !values) return;
    const { rows, columns } = matrixShape(shown.shape);
    if (canvas.element.parentElement !== place) place.replaceChildren(canvas.element);
    canvas.element.setAttribute("aria-label", said);
    const width = Math.max(1, Math.floor(place.clientWidth));
    const height = Math.max(LOWEST, heightFor(rows, columns, width, HIGHEST));
    const scale = scaleOf(values);
    const palette = { negative: POLES.negative, positive: POLES.positive, zero: colourOf(canvas.element, "backgroundColor"), nan: UNKNOWN };
    const colour = divergingScale(palette, scale);
    canvas.show({ rows, columns, values, colour }, { width, height });
    legend.show(colour, scale);
  }

  function render() {
    words();
    if (!shown) return;
    const { shape, item, answer, cells, exists, name } = shown;
    const small = written();
    element.classList.toggle("written", small);
    legend.element.hidden = small || !values;
    values = answer && shapeText(answer.shape) === shapeText(shape) ? matrixOf(answer.values, shape, item) : null;
    const said = `${name}, ${title.textContent}, ${shapeText(shape)}`;
    if (!exists) {
      place.replaceChildren(make("p", { class: "muted" }, t("No gradient is computed here.")));
      return;
    }
    const { rows, columns } = matrixShape(shape);
    if (rows * columns === 0) {
      place.replaceChildren(make("p", { class: "muted" }, t("No elements.")));
      return;
    }
    if (small) {
      const texts = values
        ? Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => cellText(values?.[row * columns + column] ?? NaN)))
        : cells;
      if (!texts) return;
      matrix.show(texts, said);
      if (matrix.element.parentElement !== place) place.replaceChildren(matrix.element);
      return;
    }
    legend.element.hidden = !values;
    if (values) showCanvas(said);
    else if (canvas.element.parentElement !== place) place.replaceChildren(make("p", { class: "muted" }, t("Loading…")));
  }

  // New colours of the page need new pixels.
  onColourChange(app.store, render);
  let width = 0;
  new ResizeObserver(() => {
    if (written() || width === place.clientWidth) return;
    width = place.clientWidth;
    render();
  }).observe(place);

  return {
    of,
    element,
    /** @param {SideState} state */
    show(state) {
      shown = state;
      render();
    },
    setViewport: canvas.setViewport,
    zoomBy: canvas.zoomBy,
    /** Whether it is shown as numbers. */
    written,
    /** @param {Cell} cell */
    textAt({ row, column }) {
      const { columns } = matrixShape(shown?.shape ?? []);
      const value = values?.[row * columns + column];
      return value === undefined ? (shown?.cells?.[row]?.[column] ?? null) : numberText(value);
    },
    /** @param {Cell | null} cell */
    setCursor(cell) {
      matrix.setCursor(cell);
      canvas.setCursor(cell);
    },
    /** @param {{cells: Cell[], kind: "traced" | "maker"}[]} lights */
    light(lights) {
      matrix.light(lights);
      canvas.light(lights);
    },
  };
}
