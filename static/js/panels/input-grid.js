/** A tensor input as a grid of number fields, with a slider for the field entered last. */

import { make } from "../kit/element.js";
import { elementAt, indexOf, matrixShape, withElement } from "../kit/tensor-values.js";

/** @typedef {import("../kit/types.js").Tensor} Tensor */
/** @typedef {import("../kit/types.js").Translate} T */

/** Fields per row of a vector. */
const VECTOR_ROW = 5;

/**
 * Return the grid's rows of indices with their heads.
 * @param {readonly number[]} shape
 * @returns {{heads: string[], rows: {head: string, group: string | null, indices: number[][]}[]}}
 */
export function gridPlan(shape) {
  const { rows, columns, items } = matrixShape(shape);
  const count = (/** @type {number} */ n) => Array.from({ length: n }, (_, k) => k);
  if (shape.length === 1) {
    const across = Math.min(columns, VECTOR_ROW);
    return {
      heads: columns > 1 ? count(across).map(String) : [],
      rows: count(Math.ceil(columns / across)).map((row) => ({
        head: columns > across ? `${row * across}` : "",
        group: null,
        indices: count(Math.min(across, columns - row * across)).map((k) => [row * across + k]),
      })),
    };
  }
  return {
    heads: count(columns).map(String),
    rows: count(items).flatMap((item) =>
      count(rows).map((row) => ({
        head: String(row),
        group: items > 1 && row === 0 ? `[${indexOf(shape, item, 0, 0).slice(0, -2).join(", ")}]` : null,
        indices: count(columns).map((column) => indexOf(shape, item, row, column)),
      })),
    ),
  };
}

/**
 * Read a typed number; undefined for any other text.
 * @param {string} text
 */
export function readElement(text) {
  const plain = text.trim().replaceAll("−", "-");
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : undefined;
}

/**
 * Return the field that a key leads to, or null.
 * @param {{indices: unknown[]}[]} rows
 * @param {{row: number, column: number}} at
 * @param {string} key
 * @param {{start: boolean, end: boolean}} caret whether it is at the start or the end of the text
 */
export function neighbour(rows, { row, column }, key, caret) {
  /** @param {number} toRow @param {number} toColumn */
  const at = (toRow, toColumn) => {
    const line = rows[toRow];
    return line && toColumn >= 0 && line.indices.length > 0 ? { row: toRow, column: Math.min(toColumn, line.indices.length - 1) } : null;
  };
  const last = (rows[row]?.indices.length ?? 0) - 1;
  switch (key) {
    case "ArrowUp":
      return at(row - 1, column);
    case "ArrowDown":
    case "Enter":
      return at(row + 1, column) ?? (key === "Enter" && column < last ? at(0, column + 1) : null);
    case "ArrowLeft":
      return caret.start ? (column > 0 ? at(row, column - 1) : at(row - 1, Infinity)) : null;
    case "ArrowRight":
      return caret.end ? (column < last ? at(row, column + 1) : at(row + 1, 0)) : null;
  }
  return null;
}

/**
 * @param {object} options
 * @param {T} options.t
 * @param {string} options.name
 * @param {string} options.labelledBy id of the element with the input's name
 * @param {readonly number[]} options.shape
 * @param {{min: number, max: number, step: number}} options.range of the slider
 * @param {() => Tensor} options.current returns the current value
 * @param {(value: Tensor, index: number[]) => void} options.onChange
 */
export function createInputGrid({ t, name, labelledBy, shape, range, current, onChange }) {
  const plan = gridPlan(shape);
  /** @type {Map<string, HTMLInputElement>} */
  const fields = new Map();
  let chosen = { row: 0, column: 0 };
  const errorId = `error-${name}`;
  const error = make("p", { class: "cell-error", id: errorId, role: "alert", hidden: true });
  const slider = make("input", { type: "range", ...range });
  const which = make("output", { class: "cell-name" });

  const indexAt = ({ row, column } = chosen) => plan.rows[row]?.indices[column] ?? [];
  const field = (at = chosen) => fields.get(indexAt(at).join(","));
  const said = (/** @type {number[]} */ index) => `${name} [${index.join(", ")}]`;

  /** @param {number[]} index @param {number} value */
  function change(index, value) {
    onChange(withElement(current(), index, value), index);
  }

  /** @param {{row: number, column: number}} at */
  function choose(at) {
    field()?.setAttribute("tabindex", "-1");
    chosen = at;
    field()?.setAttribute("tabindex", "0");
    showSlider();
  }

  function showSlider() {
    const index = indexAt();
    const value = Number(elementAt(current(), index));
    which.textContent = `[${index.join(", ")}]`;
    slider.setAttribute("aria-label", said(index));
    if (Number.isFinite(value)) {
      slider.min = String(Math.min(range.min, value));
      slider.max = String(Math.max(range.max, value));
      slider.value = String(value);
    }
  }

  /** @param {HTMLInputElement} input @param {number[]} index @param {boolean} valid */
  function judge(input, index, valid) {
    input.setAttribute("aria-invalid", String(!valid));
    if (valid) input.removeAttribute("aria-describedby");
    else input.setAttribute("aria-describedby", errorId);
    const first = [...fields].find(([, other]) => other.getAttribute("aria-invalid") === "true");
    error.hidden = first === undefined;
    error.textContent = first ? t("{element}: “{text}” is not a number.", { element: said((first[0] ? first[0].split(",") : []).map(Number)), text: first[1].value }) : "";
    if (valid && document.activeElement === input) showSlider();
  }

  /** @param {number[]} index @param {number} row @param {number} column */
  function makeField(index, row, column) {
    const input = make("input", {
      type: "text",
      inputmode: "decimal",
      autocomplete: "off",
      spellcheck: "false",
      class: "cell-field",
      "aria-label": said(index),
      "data-cell": index.join(","),
      tabindex: row === 0 && column === 0 ? 0 : -1,
    });
    fields.set(index.join(","), input);
    input.addEventListener("input", () => {
      const value = readElement(input.value);
      judge(input, index, value !== undefined);
      if (value !== undefined) change(index, value);
    });
    input.addEventListener("focus", () => {
      choose({ row, column });
      input.select();
    });
    input.addEventListener("blur", () => {
      if (readElement(input.value) === undefined) return;
      input.value = String(elementAt(current(), index) ?? "");
    });
    input.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      if (event.key === "Escape") {
        input.value = String(elementAt(current(), index) ?? "");
        judge(input, index, true);
        event.stopPropagation();
        return;
      }
      const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
      const caret = {
        start: all || (input.selectionStart === 0 && input.selectionEnd === 0),
        end: all || input.selectionStart === input.value.length,
      };
      const next = neighbour(plan.rows, { row, column }, event.key, caret);
      if (!next) return;
      event.preventDefault();
      field(next)?.focus();
    });
    return input;
  }

  slider.addEventListener("input", () => change(indexAt(), slider.valueAsNumber));

  const heads = plan.heads.length > 0 && make("thead", {}, make("tr", {}, make("td", {}), plan.heads.map((head) => make("th", { scope: "col" }, head))));
  const body = make(
    "tbody",
    {},
    plan.rows.flatMap(({ head, group, indices }, row) => [
      group && make("tr", { class: "item" }, make("th", { scope: "rowgroup", colspan: plan.heads.length + 1 }, group)),
      make(
        "tr",
        {},
        plan.heads.length > 0 && (head ? make("th", { scope: "row" }, head) : make("td", {})),
        indices.map((index, column) => make("td", {}, makeField(index, row, column))),
      ),
    ]),
  );
  const element = make(
    "div",
    { class: "input-grid", role: "group", "aria-labelledby": labelledBy },
    make("div", { class: "grid-scroll" }, make("table", {}, heads, body)),
    error,
    make("div", { class: "cell-slider" }, which, slider),
  );

  return {
    element,
    /** Show the current value, except in a field being typed into. */
    show() {
      const value = current();
      for (const [key, input] of fields) {
        const index = key === "" ? [] : key.split(",").map(Number);
        const text = String(elementAt(value, index) ?? "");
        const typed = readElement(input.value);
        const typing = document.activeElement === input && (typed === undefined || String(typed) === text);
        if (typing || input.value === text) continue;
        // A wrong text stays beside its error until it is corrected or another value arrives.
        if (input.getAttribute("aria-invalid") === "true" && typed === undefined && input.dataset.value === text) continue;
        input.value = text;
        judge(input, index, true);
      }
      for (const [key, input] of fields) input.dataset.value = String(elementAt(value, key === "" ? [] : key.split(",").map(Number)) ?? "");
      showSlider();
    },
  };
}
