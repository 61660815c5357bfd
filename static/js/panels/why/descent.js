/** Two inputs, or elements of them, at once: contours of the output, the gradient as an arrow, and steps of −η · gradient. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { numberText } from "../../kit/number-text.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { createPlot } from "../../kit/plot.js";
import { elementAt, indexOf, sizeOf, withElement } from "../../kit/tensor-values.js";
import { contour, downhill, GAP, levels, stepSize } from "./contour.js";
import { elementName } from "./elements.js";
import { createLarge } from "./large.js";
import { stretch } from "./pushed.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").SurfaceAnswer} SurfaceAnswer */
/** @typedef {import("./contour.js").Point} Point */
/** @typedef {import("../../figure/answers.js").Graph["inputs"][number]} Input */
/** @typedef {{input: Input, id: string, index: number[], name: string, value: number}} Mover a number of an input that can be moved */
/** @typedef {{x: Mover & {slope: number}, y: Mover & {slope: number}, others: Mover[], broken: boolean}} Both */

const LEVELS = 11;
const POINTS = 41;
/** Elements of a tensor up to which each can be chosen. */
const LISTED = 64;

/**
 * @param {App} app
 * @param {ReturnType<typeof import("./elements.js").createElements>} elements
 */
export function createDescent(app, elements) {
  const { store, t } = app;
  const summary = make("summary", {});
  const choice = make("select", {});
  const label = make("label", {});
  const place = make("div", { class: "plot-place" });
  const eta = make("input", { type: "number", step: "any", min: "0", class: "input-value" });
  const etaLabel = make("label", {});
  const step = make("button", { type: "button", class: "boxed" });
  const reading = make("p", { class: "push-sentence", role: "status" });
  const large = createLarge(place, t);
  const warning = make("p", { class: "muted", hidden: true });
  const element = make("details", { class: "descent" }, summary,
    make("p", { class: "descent-tools" }, label, choice), large.home,
    make("p", { class: "push-links" }, large.button), warning, make("p", { class: "descent-tools" }, etaLabel, eta, step), reading, large.dialog);
  choice.id = "descent-with";
  label.htmlFor = choice.id;
  eta.id = "descent-eta";
  etaLabel.htmlFor = eta.id;
  /** The number across. @type {{id: string, index: number[]} | null} */
  let across = null;
  /** @type {SurfaceAnswer | null} */
  let surface = null;
  /** What the surface was asked for; the numbers of the two inputs themselves do not matter. */
  let asked = "";
  /** @type {Point[]} */
  let trail = [];
  let pair = "";

  /** Return the numbers of the inputs that have a gradient. @returns {Mover[]} */
  function movable() {
    const { graph } = app;
    return (graph?.inputs ?? []).flatMap((input) => {
      const node = graph?.nodes.find(({ id }) => id === input.id);
      if (!node || node.grad_text === null) return [];
      const whole = store.get("inputs")[input.name] ?? input.default;
      const { shape } = node;
      if (sizeOf(shape) > LISTED) return [];
      const [columns, rows] = [shape.at(-1) ?? 1, shape.at(-2) ?? 1];
      return Array.from({ length: sizeOf(shape) }, (_, k) => {
        const index = indexOf(shape, Math.floor(k / (rows * columns)), Math.floor(k / columns) % rows, k % columns);
        return { input, id: input.id, index, name: elementName(input.name, index), value: Number(index.length > 0 ? elementAt(whole, index) : node.value) };
      }).filter(({ value }) => Number.isFinite(value));
    });
  }

  /** @param {{id: string, index: number[]}} one @param {{id: string, index: number[]} | null} other */
  const same = (one, other) => one.id === other?.id && `${one.index}` === `${other.index}`;

  /** Return the numbers across and upward, with their slopes; null while there are no two. @returns {Both | null} */
  function both() {
    const all = movable();
    const x = all.find((mover) => same(mover, across));
    // Elements of the same tensor are listed first.
    const others = all.filter((mover) => !same(mover, across)).sort((a, b) => Number(b.id === across?.id) - Number(a.id === across?.id));
    const y = others.find(({ name }) => name === choice.value) ?? others[0];
    const [knownX, knownY] = [x, y].map((mover) => mover && elements.of(mover.id, mover.index));
    if (!x || !y || !knownX || !knownY) return null;
    // The arrow is the gradient as the graph tells it, though a rule be broken: descent goes wrong then.
    const told = (/** @type {import("./elements.js").Known} */ { slope, broken }) => broken?.slope ?? slope;
    return { x: { ...x, slope: told(knownX) }, y: { ...y, slope: told(knownY) }, others, broken: knownX.broken !== null || knownY.broken !== null };
  }

  const outputOf = () => app.graph?.nodes.find(({ id }) => id === app.graph?.output);

  const plot = createPlot(place, () => {
    const two = both();
    if (!two || !surface) return null;
    const { x, y } = two;
    const [xs, ys] = [surface.x.map(Number), surface.y.map(Number)];
    const widths = { x: Number(xs.at(-1)) - Number(xs[0]), y: Number(ys.at(-1)) - Number(ys[0]) };
    const at = { x: x.value, y: y.value };
    const { values } = surface;
    const output = outputOf();
    return {
      x: { domain: [Number(xs[0]), Number(xs.at(-1))], label: x.name },
      y: { domain: [Number(ys[0]), Number(ys.at(-1))], label: y.name },
      description: t("Contours of {output} over {x} and {y}; the gradient here is ({gx}, {gy}).", {
        output: output?.called ?? "", x: x.name, y: y.name, gx: numberText(x.slope), gy: numberText(y.slope),
      }),
      draw(pen) {
        levels(values, LEVELS).forEach((level, k) => {
          const line = pen.line("contour", contour(xs, ys, values, level));
          line.style.strokeOpacity = String(0.25 + (0.75 * k) / LEVELS);
        });
        pen.line("trail", [...trail, at]);
        for (const point of trail) pen.dot("trail", point, 3);
        const size = Math.max(Math.abs(x.slope) / widths.x, Math.abs(y.slope) / widths.y);
        if (size > 0 && Number.isFinite(size)) {
          const end = { x: at.x + (x.slope / size) * 0.22, y: at.y + (y.slope / size) * 0.22 };
          const [dx, dy] = [pen.x(end.x) - pen.x(at.x), pen.y(end.y) - pen.y(at.y)];
          const length = Math.hypot(dx, dy) || 1;
          const back = (/** @type {number} */ side) => ({
            x: pen.x.invert(pen.x(end.x) - (9 * dx) / length + (side * 5 * dy) / length),
            y: pen.y.invert(pen.y(end.y) - (9 * dy) / length - (side * 5 * dx) / length),
          });
          pen.line("backward arrow", [at, end, GAP, back(1), end, back(-1)]);
        }
        pen.dot("", at);
      },
    };
  }, { ratio: (width) => large.ratio(0.8, width) });

  const ask = oneAtATime(
    (/** @type {object} */ body) => app.api.post("/graphs/surface", body),
    (/** @type {SurfaceAnswer} */ answer) => {
      surface = answer;
      plot.update();
    },
    ignoreFailedCall,
  );

  /** @param {{id: string, index: number[]} | null} at the number across; null hides it all */
  function show(at) {
    across = at;
    const two = both();
    element.hidden = two === null;
    if (!two) return;
    const { x, y, others, broken } = two;
    large.render();
    warning.hidden = !broken;
    warning.textContent = t("The arrow is the gradient by the broken rule.");
    summary.textContent = t("Two inputs: contours, and steps downhill");
    label.textContent = t("{name} together with", { name: x.name });
    etaLabel.textContent = t("Step size η");
    step.textContent = t("Step by −η · gradient");
    choice.replaceChildren(...others.map(({ name }) => make("option", { value: name, selected: name === y.name }, name)));
    const range = (/** @type {Mover} */ { input, index, value }) => {
      const [start, stop] = stretch(value, index.length > 0 ? undefined : input);
      return { input: input.name, index, start, stop };
    };
    const axes = { x: range(x), y: range(y) };
    const fresh = `${store.get("program")}\n${x.name}\n${y.name}`;
    if (fresh !== pair) {
      [pair, trail, surface] = [fresh, [], null];
      reading.textContent = "";
      eta.value = String(stepSize({ x: x.slope, y: y.slope }, { x: axes.x.stop - axes.x.start, y: axes.y.stop - axes.y.start }));
    }
    if (!element.open) return;
    const { mistakes: _, ...body } = app.api.body();
    const rest = movable().filter((mover) => !same(mover, x) && !same(mover, y)).map(({ value }) => value);
    const key = JSON.stringify([body.program, rest, axes]);
    if (key !== asked || !surface) {
      asked = key;
      void ask.ask({ ...body, ...axes, points: POINTS });
    }
    plot.update();
  }

  choice.addEventListener("change", () => show(across));
  element.addEventListener("toggle", () => show(across));
  step.addEventListener("click", () => {
    const two = both();
    const size = eta.valueAsNumber;
    if (!two || !Number.isFinite(size)) return;
    const { x, y } = two;
    const at = { x: x.value, y: y.value };
    const next = downhill(at, { x: x.slope, y: y.slope }, size);
    if (!Number.isFinite(next.x) || !Number.isFinite(next.y)) return;
    trail = [...trail.slice(-200), at];
    const before = outputOf()?.value_text ?? "";
    const stop = app.on("values", () => {
      stop();
      reading.textContent = t("{output}: {before} → {after}", { output: outputOf()?.called ?? "", before, after: outputOf()?.value_text ?? "" });
    });
    const moved = { ...store.get("inputs") };
    for (const { mover: { input, index }, to } of [{ mover: x, to: next.x }, { mover: y, to: next.y }]) {
      const whole = moved[input.name] ?? input.default;
      moved[input.name] = /** @type {import("../../figure/types.js").InputValue} */ (index.length > 0 && whole !== null ? withElement(/** @type {import("../../kit/types.js").Tensor} */ (whole), index, to) : to);
    }
    app.edit({ inputs: moved });
  });

  return {
    element,
    show,
    /** The number upward; null while there is none. */
    other: () => both()?.y ?? null,
  };
}
