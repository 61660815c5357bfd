/** Two inputs at once: contours of the output, the gradient as an arrow, and steps of −η · gradient. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { createPlot } from "../../kit/plot.js";
import { contour, downhill, GAP, levels, stepSize } from "./contour.js";
import { stretch } from "./pushed.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").SurfaceAnswer} SurfaceAnswer */
/** @typedef {import("./contour.js").Point} Point */

const LEVELS = 11;
const POINTS = 41;

/** @param {App} app */
export function createDescent(app) {
  const { store, t } = app;
  const summary = make("summary", {});
  const choice = make("select", {});
  const label = make("label", {});
  const place = make("div", { class: "plot-place" });
  const eta = make("input", { type: "number", step: "any", min: "0", class: "input-value" });
  const etaLabel = make("label", {});
  const step = make("button", { type: "button", class: "boxed" });
  const reading = make("p", { class: "push-sentence", role: "status" });
  const element = make("details", { class: "descent" }, summary,
    make("p", { class: "descent-tools" }, label, choice), place,
    make("p", { class: "descent-tools" }, etaLabel, eta, step), reading);
  choice.id = "descent-with";
  label.htmlFor = choice.id;
  eta.id = "descent-eta";
  etaLabel.htmlFor = eta.id;
  /** @type {string | null} id of the input across */
  let across = null;
  /** @type {SurfaceAnswer | null} */
  let surface = null;
  /** What the surface was asked for; the numbers of the two inputs themselves do not matter. */
  let asked = "";
  /** @type {Point[]} */
  let trail = [];
  let pair = "";

  /** Return the inputs that are numbers with a gradient. */
  function movable() {
    const { graph } = app;
    return (graph?.inputs ?? []).flatMap((input) => {
      const node = graph?.nodes.find(({ id }) => id === input.id);
      return node && typeof node.value === "number" && typeof node.grad === "number" ? [{ input, node, value: node.value, slope: node.grad }] : [];
    });
  }

  function both() {
    const inputs = movable();
    const x = inputs.find(({ input }) => input.id === across);
    const others = inputs.filter(({ input }) => input.id !== across);
    const y = others.find(({ input }) => input.id === choice.value) ?? others[0];
    return x && y ? { x, y, others } : null;
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
      x: { domain: [Number(xs[0]), Number(xs.at(-1))], label: x.input.name },
      y: { domain: [Number(ys[0]), Number(ys.at(-1))], label: y.input.name },
      description: t("Contours of {output} over {x} and {y}; the gradient here is ({gx}, {gy}).", {
        output: output?.called ?? "", x: x.input.name, y: y.input.name, gx: x.node.grad_text ?? "", gy: y.node.grad_text ?? "",
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
  }, { ratio: 0.8 });

  const ask = oneAtATime(
    (/** @type {object} */ body) => app.api.post("/graphs/surface", body),
    (/** @type {SurfaceAnswer} */ answer) => {
      surface = answer;
      plot.update();
    },
    ignoreFailedCall,
  );

  /** @param {string | null} id the selected input; null hides it all */
  function show(id) {
    across = id;
    const two = both();
    element.hidden = two === null;
    if (!two) return;
    const { x, y, others } = two;
    summary.textContent = t("Two inputs: contours, and steps downhill");
    label.textContent = t("{name} together with", { name: x.input.name });
    etaLabel.textContent = t("Step size η");
    step.textContent = t("Step by −η · gradient");
    choice.replaceChildren(...others.map(({ input }) => make("option", { value: input.id, selected: input.id === y.input.id }, input.name)));
    const range = (/** @type {typeof x} */ { input, value }) => {
      const [start, stop] = stretch(value, input);
      return { input: input.name, start, stop };
    };
    const axes = { x: range(x), y: range(y) };
    const fresh = `${store.get("program")}\n${x.input.id}\n${y.input.id}`;
    if (fresh !== pair) {
      [pair, trail, surface] = [fresh, [], null];
      reading.textContent = "";
      eta.value = String(stepSize({ x: x.slope, y: y.slope }, { x: axes.x.stop - axes.x.start, y: axes.y.stop - axes.y.start }));
    }
    if (!element.open) return;
    const { mistakes: _, ...body } = app.api.body();
    const rest = Object.entries(body.inputs).filter(([name]) => name !== x.input.name && name !== y.input.name);
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
    app.edit({ inputs: { ...store.get("inputs"), [x.input.name]: next.x, [y.input.name]: next.y } });
  });

  return { element, show };
}
