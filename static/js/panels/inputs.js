/** The program's inputs as sliders, number fields and grids, and the upstream gradient at the output. */

import { createInputGrid } from "./input-grid.js";
import { inputSummary, madeBy } from "./input-summary.js";
import { createChosenConventions } from "./kinks/chosen.js";
import { rangeAround } from "./slider-range.js";
import { createOutputChoice } from "./output-choice.js";
import { stepped } from "./stepped.js";
import { createUpstream } from "./upstream.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").GraphInput} GraphInput */
/** @typedef {import("../figure/types.js").InputValue} InputValue */
/** @typedef {{name: string, default: unknown}} Default */

/**
 * Return the inputs that a changed program keeps: an edited literal wins over a slider.
 * @param {Record<string, InputValue>} inputs
 * @param {Default[]} before
 * @param {Default[]} now
 */
export function keptInputs(inputs, before, now) {
  const written = (/** @type {Default[]} */ items) => new Map(items.map((input) => [input.name, JSON.stringify(input.default)]));
  const [old, fresh] = [written(before), written(now)];
  return Object.fromEntries(
    Object.entries(inputs).filter(
      ([name]) => fresh.has(name) && (!old.has(name) || old.get(name) === fresh.get(name)),
    ),
  );
}

/** @param {string} text @returns {string[]} */
const wordsOf = (text) => text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];

/**
 * Tell whether a half-read program has some of the inputs shown and no other, and still speaks of them all.
 * @param {{name: string}[]} read
 * @param {{name: string}[]} shown
 * @param {string} program
 */
export function isPartOf(read, shown, program) {
  const spoken = new Set(wordsOf(program));
  return (
    read.length < shown.length &&
    read.every(({ name }) => shown.some((input) => input.name === name)) &&
    shown.every(({ name }) => wordsOf(name).every((word) => spoken.has(word)))
  );
}

/**
 * @param {string} tag
 * @param {Record<string, string>} attributes
 */
function element(tag, attributes) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/**
 * @param {App} app
 * @param {HTMLElement} place its id prefixes the ids inside it
 * @param {object} options
 * @param {(patch: {inputs: Record<string, InputValue>}) => void} options.amend applies a change that is no edit of its
 *   own
 * @param {boolean} [options.output] whether the output can be chosen
 * @param {boolean} [options.upstream] whether the upstream gradient can be changed too
 */
export function mountInputs(app, place, { amend, output: withOutput = false, upstream: withUpstream = true }) {
  const { store, t } = app;
  /** Return an id unique on the page: several figures may have an input of the same name. @param {string} name */
  const idOf = (name) => (place.id === "inputs" ? name : `${place.id}-${name}`);
  /** What holds for the whole graph. */
  const wholeRows = withUpstream ? [...(withOutput ? [createOutputChoice(app, idOf)] : []), createUpstream(app, idOf), createChosenConventions(app)] : [];
  /** @type {GraphInput[]} */
  let shown = [];
  /**
   * @typedef {object} Row
   * @property {HTMLInputElement} slider
   * @property {HTMLInputElement} field
   * @property {HTMLElement} error what became of a text that is no number
   * @property {HTMLButtonElement} reset
   * @property {GraphInput} input
   * @property {number | null} shown the value shown last
   */
  /** @type {Map<string, Row>} */
  const rows = new Map();
  /**
   * @type {Map<string, {grid: ReturnType<typeof createInputGrid> | null, reset: HTMLButtonElement, input: GraphInput}>}
   *   tensors
   */
  const grids = new Map();

  /**
   * @param {string} name
   * @param {number} value
   */
  function change(name, value) {
    app.edit({ inputs: { ...store.get("inputs"), [name]: value } }, `input ${name}`);
  }

  /** @param {string} name */
  function resetInput(name) {
    const { [name]: _, ...rest } = store.get("inputs");
    app.edit({ inputs: rest });
  }

  /** @param {GraphInput} input @param {string} tag element of the name: the label of a field, or the head of a grid */
  function nameOf(input, tag) {
    const name = element(tag, tag === "label" ? { for: idOf(`value-${input.name}`), class: "input-name" } : { id: idOf(`name-${input.name}`), class: "input-name" });
    const code = element("code", {});
    code.textContent = input.name;
    name.append(code);
    if (input.label) {
      const label = element("span", { class: "input-label" });
      label.textContent = input.label;
      name.append(label);
    }
    return name;
  }

  /** @param {GraphInput} input */
  function resetButton(input) {
    const reset = /** @type {HTMLButtonElement} */ (
      element("button", { type: "button", class: "input-reset", "aria-label": t("Reset {name} to the program's value", { name: input.name }) })
    );
    reset.textContent = "↺";
    reset.title = t("Reset to the program's value");
    reset.addEventListener("click", () => resetInput(input.name));
    return reset;
  }

  /** Return the slider's range, by default -5 to 5 in steps of 0.1. @param {GraphInput} input */
  const rangeOf = ({ min, max, step }) => ({ min: min ?? -5, max: max ?? 5, step: step ?? 0.1 });

  /** @param {GraphInput} input */
  function tensorRow(input) {
    const { name, shape = [] } = input;
    const item = element("div", { class: "input-row tensor-row", "data-input": name });
    const reset = resetButton(input);
    const size = element("span", { class: "input-shape forward" });
    size.textContent = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
    item.append(nameOf(input, "span"), reset, size);
    if (input.editable && Array.isArray(input.value)) {
      const grid = createInputGrid({
        t,
        name,
        labelledBy: idOf(`name-${name}`),
        shape,
        range: rangeOf(input),
        current: () => /** @type {import("../kit/types.js").Tensor} */ (store.get("inputs")[name] ?? input.default ?? input.value),
        onChange: (value, index) =>
          app.edit({ inputs: { ...store.get("inputs"), [name]: /** @type {InputValue} */ (value) } }, `input ${name} ${index}`),
      });
      grids.set(name, { grid, reset, input });
      item.append(grid.element);
      return item;
    }
    grids.set(name, { grid: null, reset, input });
    const image = app.graph?.nodes.find((node) => node.id === input.id)?.image?.value ?? null;
    size.remove();
    item.append(inputSummary(t, input, madeBy(store.get("program"), input.line), image));
    return item;
  }

  /** @param {GraphInput} input */
  function row(input) {
    if (input.shape && input.shape.length > 0) return tensorRow(input);
    const item = element("div", { class: "input-row", "data-input": input.name });
    const name = nameOf(input, "label");
    const field = /** @type {HTMLInputElement} */ (
      element("input", { type: "number", step: "any", id: idOf(`value-${input.name}`), class: "input-value" })
    );
    const reset = resetButton(input);
    const slider = /** @type {HTMLInputElement} */ (element("input", { type: "range", "aria-label": input.label ?? input.name }));
    const error = element("p", { class: "cell-error", id: idOf(`error-${input.name}`), role: "alert", hidden: "" });
    slider.addEventListener("input", () => change(input.name, slider.valueAsNumber));
    field.addEventListener("input", () => {
      const valid = Number.isFinite(field.valueAsNumber);
      showError(made, valid ? null : field.validity.badInput ? t("This is no number that can be computed with.") : t("The field is empty."));
      if (valid) change(input.name, field.valueAsNumber);
    });
    field.addEventListener("blur", showNumbers);
    field.addEventListener("keydown", (event) => {
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!direction) return;
      event.preventDefault();
      const step = Number(slider.step);
      change(input.name, stepped(field.valueAsNumber || 0, direction * step * (event.shiftKey ? 10 : 1), step));
    });
    reset.addEventListener("click", () => field.focus());
    item.append(name, reset, field, error, slider);
    /** @type {Row} */
    const made = { slider, field, error, reset, input, shown: null };
    rows.set(input.name, made);
    return item;
  }

  /** @param {Row} row @param {string | null} trouble null for a number */
  function showError({ field, error, shown: kept, input }, trouble) {
    field.setAttribute("aria-invalid", String(trouble !== null));
    if (trouble === null) field.removeAttribute("aria-describedby");
    else field.setAttribute("aria-describedby", error.id);
    error.hidden = trouble === null;
    error.textContent = trouble === null ? "" : `${trouble} ${kept === null ? "" : t("{name} stays {value}.", { name: input.name, value: String(kept) })}`.trim();
  }

  /** Let a slider's range follow its value, but not under the hand. @param {Row} row @param {number} value */
  function showSlider({ slider, input }, value) {
    if (!slider.matches(":active")) {
      const own = rangeOf(input);
      // The range stays as it is while it suits, so that a slider just moved does not jump.
      const now = slider.max === "" ? own : { min: Number(slider.min), max: Number(slider.max), step: Number(slider.step) };
      const wanted = value === input.default ? own : rangeAround(now, value);
      for (const name of /** @type {const} */ (["min", "max", "step"])) slider[name] = String(wanted[name]);
    }
    slider.value = String(value);
  }

  function build() {
    const focused = document.activeElement?.id;
    rows.clear();
    grids.clear();
    const list = shown.map(row);
    place.replaceChildren(...list, ...wholeRows);
    showNumbers();
    if (focused && place.contains(document.getElementById(focused))) document.getElementById(focused)?.focus();
  }

  function showNumbers() {
    const inputs = store.get("inputs");
    for (const [name, row] of rows) {
      const { field, reset, input } = row;
      const value = numberOf(inputs[name] ?? input.default);
      if (document.activeElement !== field || Number.isFinite(field.valueAsNumber)) {
        if (field.valueAsNumber !== value) field.value = value === null ? "" : String(value);
        field.setAttribute("aria-invalid", String(value === null));
      }
      // What became of a wrong text stays told until there is another value.
      if (value !== row.shown) showError(row, value === null ? t("The field is empty.") : null);
      row.shown = value;
      if (value !== null) showSlider(row, value);
      reset.hidden = !(name in inputs) || inputs[name] === input.default || input.default === null;
    }
    for (const [name, { grid, reset, input }] of grids) {
      grid?.show();
      reset.hidden = !(name in inputs) || JSON.stringify(inputs[name]) === JSON.stringify(input.default) || input.default === null;
    }
  }

  app.on("graph", (graph) => {
    const kept = graph.error ? store.get("inputs") : keptInputs(store.get("inputs"), shown, graph.inputs);
    const key = (/** @type {GraphInput[]} */ items) =>
      JSON.stringify(items.map(({ id, label, default: given, min, max, step, shape, line }) => [id, label, given, min, max, step, shape, shape?.length && line]));
    if (graph.error && isPartOf(graph.inputs, shown, store.get("program"))) return;
    const changed = key(graph.inputs) !== key(shown) || rows.size + grids.size === 0;
    shown = graph.inputs;
    amend({ inputs: kept });
    if (changed) build();
    else showNumbers();
  });
  store.subscribe(["inputs"], showNumbers);
  store.subscribe(["lang"], build);
  build();
}

/** @param {unknown} value */
const numberOf = (value) => (typeof value === "number" ? value : null);
