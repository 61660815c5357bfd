/** Pointer and keys on the cells of the picture: a click or Enter traces an element. */

import { cellStep } from "../kit/grid-keys.js";
import { indexOf, matrixShape } from "../kit/tensor-values.js";
import { drawnTensors, heatGrid, indexOfCell } from "./picture/tensors.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./picture/tensors.js").DrawnTensor} DrawnTensor */

/**
 * @param {App} app
 * @param {HTMLElement} canvas
 */
export function mountCellInteraction(app, canvas) {
  /**
   * @type {{tensors: DrawnTensor[], at: number, row: number, column: number} | null} the cursor while keys are inside
   *   an edge
   */
  let cursor = null;

  /** @param {string} source id as the picture has it */
  function shapeOfSource(source) {
    const { graph } = app;
    const id = graph?.groups.find((group) => group.id === source)?.output ?? source;
    return graph?.nodes.find((node) => node.id === id)?.shape ?? [];
  }

  /**
   * @param {DrawnTensor} tensor
   * @param {number[]} index
   */
  function trace({ source, of }, index) {
    app.select(source);
    app.emit("trace", { id: source, of, index });
  }

  /** @param {DrawnTensor} tensor @param {MouseEvent} event */
  function indexUnder({ element, source, cells }, event) {
    const shape = shapeOfSource(source);
    const cell = cells.find((cell) => cell === event.target);
    if (cell) return indexOfCell(cell, shape);
    if (element.localName !== "image") return null;
    const grid = heatGrid(shape);
    const box = element.getBoundingClientRect();
    const along = (/** @type {number} */ at, /** @type {number} */ count) => Math.min(count - 1, Math.max(0, Math.floor(at * count)));
    const { row, column } = grid.element(
      along((event.clientY - box.top) / box.height, grid.rows),
      along((event.clientX - box.left) / box.width, grid.columns),
    );
    return indexOf(shape, 0, row, column);
  }

  // Capture the click before it selects the edge below the cell.
  canvas.addEventListener(
    "click",
    (event) => {
      const target = /** @type {Element | null} */ (event.target);
      const element = target?.closest(".cells, .heat");
      if (!element || !app.view.svg || app.mode === "quiz") return;
      const tensor = drawnTensors(app.view.svg).find((drawn) => drawn.element === element);
      const index = tensor && indexUnder(tensor, event);
      if (!tensor || !index) return;
      event.stopPropagation();
      trace(tensor, index);
    },
    true,
  );

  function showCursor() {
    for (const cell of app.view.svg?.querySelectorAll(".cell.cursor") ?? []) cell.classList.remove("cursor");
    const tensor = cursor?.tensors[cursor.at];
    if (!cursor || !tensor) return;
    const { columns } = matrixShape(shapeOfSource(tensor.source));
    const cell = tensor.cells[cursor.row * columns + cursor.column];
    cell?.classList.add("cursor");
    const index = cell ? indexOfCell(cell, shapeOfSource(tensor.source)).join(", ") : "";
    const of = tensor.of === "value" ? app.t("Value") : app.t("Gradient");
    app.announce(`${of} [${index}] ${cell?.textContent ?? ""}`);
  }

  function leave() {
    if (!cursor) return;
    cursor = null;
    showCursor();
  }

  // The focus stays on the edge; a cursor of its own moves among the cells.
  canvas.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || app.mode === "quiz") return;
      const owner = /** @type {Element} */ (event.target).closest?.(".edges [data-id]");
      if (!owner || !app.view.svg) return;
      if (!cursor) {
        if (event.key !== "Enter") return;
        const tensors = drawnTensors(app.view.svg).filter(({ element, cells }) => owner.contains(element) && cells.length > 0);
        if (tensors.length === 0) return;
        cursor = { tensors, at: 0, row: 0, column: 0 };
        app.select(owner.getAttribute("data-id"));
        claim(event);
        return showCursor();
      }
      const tensor = cursor.tensors[cursor.at];
      if (!tensor) return;
      const { rows, columns } = matrixShape(shapeOfSource(tensor.source));
      if (event.key === "Escape") {
        claim(event);
        return leave();
      }
      if (event.key === "Enter" || event.key === " ") {
        claim(event);
        const cell = tensor.cells[cursor.row * columns + cursor.column];
        if (cell) trace(tensor, indexOfCell(cell, shapeOfSource(tensor.source)));
        return;
      }
      const next = cellStep(event.key, cursor, rows, columns);
      if (!next) return;
      claim(event);
      // Down from the value's last row leads to the gradient, and up leads back.
      if (next.row === cursor.row && event.key === "ArrowDown" && cursor.at + 1 < cursor.tensors.length) {
        cursor = { ...cursor, at: cursor.at + 1, row: 0 };
      } else if (next.row === cursor.row && event.key === "ArrowUp" && cursor.at > 0) {
        cursor = { ...cursor, at: cursor.at - 1, row: rows - 1 };
      } else cursor = { ...cursor, ...next };
      showCursor();
    },
    true,
  );
  canvas.addEventListener("focusout", leave);
  app.on("picture", leave);
}

/** @param {Event} event */
function claim(event) {
  event.preventDefault();
  event.stopPropagation();
}

/** @param {App} app */
export const mount = (app) => mountCellInteraction(app, /** @type {HTMLElement} */ (document.getElementById("canvas")));
