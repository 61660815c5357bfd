/** The upstream gradient at the output: a number, or a tensor of the output's shape, typed or filled in. */

import { make } from "../kit/element.js";
import { failureText, isAbort } from "../kit/http.js";
import { filled, isFiniteTensor, readTensor, tensorText } from "../kit/tensor-text.js";
import { fits, shapeOf, shapeText, sizeOf } from "../kit/tensor-values.js";
import { createInputGrid } from "./input-grid.js";
import { stepped } from "./stepped.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/types.js").InputValue} InputValue */

/** Pause in typing after which a text is judged, in milliseconds. */
const PAUSE = 400;
/** Most elements that stand in a field and in a link. */
const MOST = 1000;
/** Most elements with a field each. */
const MOST_FIELDS = 100;
const RANGE = { min: -5, max: 5, step: 0.1 };

/**
 * @param {App} app
 * @param {(name: string) => string} idOf makes an id unique on the page
 */
export function createUpstream(app, idOf) {
  const { store, t } = app;
  const words = make("span");
  const more = make("span", { class: "input-label" });
  const size = make("span", { class: "input-shape backward" });
  const book = make("button", { type: "button", class: "boxed upstream-book", id: idOf("upstream-book") });
  const reset = make("button", { type: "button", class: "input-reset" }, "↺");
  const field = make("input", {
    type: "text",
    id: idOf("upstream"),
    class: "input-value",
    autocomplete: "off",
    spellcheck: "false",
    "aria-describedby": idOf("upstream-error"),
  });
  const ones = make("button", { type: "button", class: "boxed" });
  const fill = make("div", { class: "upstream-fill" }, ones);
  const error = make("p", { class: "cell-error", id: idOf("upstream-error"), role: "alert", hidden: true });
  const gridPlace = make("div", { class: "upstream-grid" });
  const name = make("label", { for: idOf("upstream"), class: "input-name", id: idOf("upstream-name") }, words, more);
  const element = make("div", { class: "input-row upstream-row" }, name, book, size, reset, field, error, fill, gridPlace);

  /** What is wrong with the text in the field; null if nothing. @type {string | null} */
  let wrongText = null;
  let pause = 0;
  /** Counts texts; a late answer about an older one is dropped. */
  let newest = 0;
  /** @type {{key: string, grid: ReturnType<typeof createInputGrid>} | null} */
  let shown = null;

  const output = () => app.graph?.nodes.find(({ id }) => id === app.graph?.output);
  const shape = () => output()?.shape ?? [];

  /** Return what is wrong with a value for the output; null if nothing. @param {InputValue} value */
  function misfit(value) {
    const wanted = shape();
    if (fits(value, wanted)) return null;
    const given = shapeText(shapeOf(value));
    return wanted.length === 0
      ? t("The output is a number: the upstream gradient is a number too, not of shape {given}.", { given })
      : t("The output has the shape {wanted}: the upstream gradient is a number or has that shape, not {given}.", { wanted: shapeText(wanted), given });
  }

  /** @param {InputValue} value */
  function take(value) {
    wrongText = sizeOf(shapeOf(value)) > MOST ? t("At most {n} elements can be typed here.", { n: MOST }) : misfit(value);
    if (wrongText === null) app.edit({ upstream: value }, "upstream");
    show();
  }

  /** Read a text that is no plain number or list as an expression of the program language. @param {string} text */
  async function evaluate(text) {
    const turn = newest;
    try {
      const answer = await app.api.post("/graphs/tensor", { program: `upstream = ${text}`, id: "upstream", of: "value" });
      if (turn !== newest) return;
      if (isFiniteTensor(answer.values)) return take(answer.values);
      wrongText = t("An upstream gradient has finite numbers.");
    } catch (problem) {
      if (isAbort(problem) || turn !== newest) return;
      wrongText = failureText(problem, t);
    }
    show();
  }

  field.addEventListener("input", () => {
    clearTimeout(pause);
    newest += 1;
    const text = field.value.trim();
    const value = readTensor(text);
    if (value !== undefined && fits(value, shape())) return take(value);
    // Half a list is no mistake: what is wrong is told after a pause.
    pause = window.setTimeout(() => {
      if (value !== undefined) return take(value);
      if (text !== "") return evaluate(text);
      wrongText = t("Type a number, or a list as [[1, 2], [3, 4]].");
      show();
    }, PAUSE);
  });
  field.addEventListener("blur", () => show());
  field.addEventListener("keydown", (event) => {
    const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const value = readTensor(field.value);
    if (event.key === "Escape" && wrongText !== null) {
      event.stopPropagation();
      restore();
    }
    if (!direction || typeof value !== "number") return;
    event.preventDefault();
    field.value = String(stepped(value, direction * RANGE.step * (event.shiftKey ? 10 : 1), RANGE.step));
    take(Number(field.value));
  });
  book.addEventListener("click", () => app.edit({ upstream: store.get("upstream") === 1.3 ? 1 : 1.3 }));
  reset.addEventListener("click", () => {
    app.edit({ upstream: 1 });
    restore();
    field.focus();
  });
  ones.addEventListener("click", () => {
    app.edit({ upstream: filled(shape(), 1) });
    restore();
  });

  /** Put the value in effect back into the field. */
  function restore() {
    clearTimeout(pause);
    newest += 1;
    wrongText = null;
    field.value = tensorText(store.get("upstream"));
    show();
  }

  /** Show a field for each element of a small tensor. */
  function showGrid() {
    const value = store.get("upstream");
    const whole = shape();
    if (!Array.isArray(value) || !fits(value, whole) || sizeOf(whole) === 0 || sizeOf(whole) > MOST_FIELDS) {
      shown = null;
      gridPlace.replaceChildren();
      return;
    }
    const key = JSON.stringify([output()?.id, whole, store.get("lang")]);
    if (shown?.key !== key) {
      const grid = createInputGrid({
        t,
        name: `d${output()?.name ?? ""}`,
        labelledBy: name.id,
        shape: whole,
        range: RANGE,
        current: () => store.get("upstream"),
        onChange: (changed, index) => app.edit({ upstream: /** @type {InputValue} */ (changed) }, `upstream ${index}`),
      });
      shown = { key, grid };
      gridPlace.replaceChildren(grid.element);
    }
    shown.grid.show();
  }

  function show() {
    const value = store.get("upstream");
    const whole = shape();
    const tensor = whole.length > 0 || Array.isArray(value);
    element.classList.toggle("of-tensor", tensor);
    size.hidden = !tensor;
    size.textContent = whole.length > 0 ? shapeText(whole) : "";
    book.hidden = tensor;
    reset.hidden = !tensor || (value === 1 && wrongText === null);
    fill.hidden = whole.length === 0 || Array.isArray(value) && fits(value, whole) || sizeOf(whole) === 0 || sizeOf(whole) > MOST;
    ones.textContent = `ones(${whole.join(", ")})`;
    field.inputMode = tensor ? "text" : "decimal";
    if (document.activeElement !== field && wrongText === null) field.value = tensorText(value);
    const unfit = misfit(value);
    const wrong = wrongText ?? (unfit && `${unfit} ${t("Until it fits, the gradients are those for 1.")}`);
    field.setAttribute("aria-invalid", String(wrong !== null));
    error.hidden = wrong === null;
    if (error.textContent !== (wrong ?? "")) error.textContent = wrong ?? "";
    showGrid();
  }

  function translate() {
    words.textContent = t("Upstream gradient");
    more.textContent = t("flows in at the output");
    reset.title = t("Set it back to 1");
    reset.setAttribute("aria-label", t("Set the upstream gradient back to 1"));
    ones.setAttribute("aria-label", t("Fill the upstream gradient with ones of shape {shape}", { shape: shapeText(shape()) }));
    const booked = store.get("upstream") === 1.3;
    book.textContent = booked ? "→ 1" : "→ 1.3";
    book.setAttribute("aria-label", booked ? t("Set it back to 1") : t("Set it to the book's 1.3"));
    show();
  }

  store.subscribe(["upstream"], () => {
    wrongText = null;
    translate();
  });
  store.subscribe(["lang"], translate);
  app.on("graph", translate);
  translate();
  return element;
}
