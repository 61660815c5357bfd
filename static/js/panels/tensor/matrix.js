/** A small tensor as a table of numbers; arrow keys move among cells, a click or Enter chooses one. */

import { make, morph } from "../../kit/element.js";
import { cellStep } from "../../kit/grid-keys.js";

/** @typedef {{row: number, column: number}} Cell */
/** @typedef {{cells: Cell[], kind: "traced" | "maker"}[]} Lights */

/**
 * @typedef {object} MatrixEvents
 * @property {(cell: Cell | null, from: "pointer" | "keys") => void} onCursor
 * @property {(cell: Cell) => void} onChoose
 */

/** @param {MatrixEvents} events */
export function createTensorMatrix({ onCursor, onChoose }) {
  const table = make("table", { class: "matrix", role: "grid" });
  let size = { rows: 0, columns: 0 };
  /** @type {string[][]} */
  let texts = [];
  let label = "";
  /** The cell that Tab reaches. @type {Cell} */
  let reached = { row: 0, column: 0 };
  /** @type {Cell | null} */
  let cursor = null;
  /** @type {Lights} */
  let lights = [];

  /** @param {number} row @param {number} column */
  function classOf(row, column) {
    /** @type {string[]} */
    const names = lights.flatMap(({ cells, kind }) => (cells.some((cell) => cell.row === row && cell.column === column) ? [kind] : []));
    if (cursor?.row === row && cursor.column === column) names.push("cursor");
    return names.join(" ") || null;
  }

  function render() {
    const { rows, columns } = size;
    const heads = rows > 1 || columns > 1;
    const numbers = (/** @type {number} */ count) => Array.from({ length: count }, (_, k) => k);
    const fresh = make(
      "table",
      { class: table.className, role: "grid", "aria-label": label },
      heads && make("thead", {}, make("tr", {}, make("td", { "aria-hidden": "true" }), numbers(columns).map((column) => make("th", { scope: "col" }, column)))),
      make(
        "tbody",
        {},
        numbers(rows).map((row) =>
          make(
            "tr",
            {},
            heads && make("th", { scope: "row" }, rows > 1 ? row : ""),
            numbers(columns).map((column) =>
              make(
                "td",
                {
                  role: "gridcell",
                  class: classOf(row, column),
                  "data-row": row,
                  "data-column": column,
                  tabindex: reached.row === row && reached.column === column ? 0 : -1,
                },
                texts[row]?.[column],
              ),
            ),
          ),
        ),
      ),
    );
    morph(table, fresh);
  }

  /** @param {EventTarget | null} target @returns {Cell | null} */
  function cellOf(target) {
    const cell = target instanceof Element ? target.closest("td[data-row]") : null;
    return cell && { row: Number(cell.getAttribute("data-row")), column: Number(cell.getAttribute("data-column")) };
  }

  table.addEventListener("pointerover", ({ target }) => onCursor(cellOf(target), "pointer"));
  table.addEventListener("pointerleave", () => onCursor(null, "pointer"));
  table.addEventListener("click", ({ target }) => {
    const cell = cellOf(target);
    if (!cell) return;
    reached = cell;
    onChoose(cell);
  });
  table.addEventListener("focusin", ({ target }) => {
    const cell = cellOf(target);
    if (!cell || !(/** @type {Element} */ (target).matches(":focus-visible"))) return;
    onCursor(cell, "keys");
  });
  table.addEventListener("keydown", (event) => {
    const cell = cellOf(event.target);
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = cellStep(event.key, cell, size.rows, size.columns);
    if (next) {
      reached = next;
      render();
      /** @type {HTMLElement | null} */ (table.querySelector(`[data-row="${next.row}"][data-column="${next.column}"]`))?.focus();
    } else if (event.key === "Enter" || event.key === " ") onChoose(cell);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    element: table,
    /**
     * @param {string[][]} cells
     * @param {string} said text for a screen reader
     */
    show(cells, said) {
      texts = cells;
      label = said;
      size = { rows: cells.length, columns: cells[0]?.length ?? 0 };
      if (reached.row >= size.rows || reached.column >= size.columns) reached = { row: 0, column: 0 };
      render();
    },
    /** @param {Cell | null} cell */
    setCursor(cell) {
      if (cell?.row === cursor?.row && cell?.column === cursor?.column) return;
      cursor = cell;
      render();
    },
    /** @param {Lights} next */
    light(next) {
      lights = next;
      render();
    },
  };
}
