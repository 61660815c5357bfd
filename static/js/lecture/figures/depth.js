/** The gradient at each depth of a chain of layers, sigmoid and ReLU, on a log axis. */

import { createApi } from "../../figure/api.js";
import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { numberText } from "../../kit/number-text.js";
import { createPlot } from "../../kit/plot.js";
import { createStore } from "../../kit/store.js";
import { layerGradients, withDepth, withLayer } from "./layer-chain.js";

const MOST = 50;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const chains = await Promise.all(
    ["sigmoid", "relu"].map(async (layer) => {
      const program = withLayer(figure.program, layer);
      const store = createStore(lesson.stateOf(figure, { program, inputs: {}, open: [], labels: "numbers" }));
      const api = createApi(store);
      const ahead = createApi(createStore(lesson.stateOf(figure, { program: `x = 0\ny = ${layer}(x)`, inputs: {}, open: [] })));
      // The largest slope of one layer, from its curve.
      const steepest = Math.max(...(await ahead.curve("x", -5, 5, 201)).slopes.map(Number));
      return { layer, store, api, steepest, graph: await api.graphs() };
    }),
  );
  const [sigmoid, relu] = chains;
  const input = sigmoid?.graph.inputs[0];
  if (!sigmoid || !relu || !input) throw new Error("the chain has no input");
  let depth = Number((/range\((\d+)\)/.exec(figure.program) ?? [])[1] ?? 10);
  let x = Number(input.value);

  const depthSlider = make("input", { type: "range", min: 1, max: MOST, step: 1, value: depth });
  const xSlider = make("input", { type: "range", min: -5, max: 5, step: 0.1, value: x });
  const depthText = make("output", {});
  const xText = make("output", { class: "forward" });
  const place = make("div", { class: "plot-place" });
  const words = make("p", { class: "plot-readings" });
  host.append(
    make("div", { class: "figure-sliders" }, make("label", {}, make("span", {}, t("Layers k")), depthSlider, depthText), make("label", {}, make("span", {}, "x"), xSlider, xText)),
    place,
    words,
  );

  const plot = createPlot(
    place,
    () => {
      const lines = chains.map(({ graph }) => layerGradients(graph));
      const bound = Array.from({ length: depth + 1 }, (_, k) => ({ x: k, y: (sigmoid?.steepest ?? 1) ** (depth - k) }));
      const least = Math.min(...lines.flat().filter((grad) => grad > 0), bound[0]?.y ?? 1);
      const low = 10 ** Math.floor(Math.log10(least) - 0.2);
      return {
        x: { domain: [0, depth], label: t("layer, from the input x (0) to the output (k)") , text: (value) => (Number.isInteger(value) ? String(value) : "") },
        y: { domain: [low, 10], log: true, label: t("gradient") },
        description: words.textContent ?? "",
        draw(pen) {
          pen.line("guide dotted", bound);
          lines.forEach((grads, k) => {
            const points = grads.map((grad, layer) => ({ x: layer, y: grad > 0 ? grad : NaN }));
            pen.line(k ? "backward dashed" : "backward", points);
            for (const point of points) if (Number.isFinite(point.y)) pen.dot(k ? "backward hollow" : "backward", point, depth > 25 ? 2 : 3.5);
          });
          const mid = Math.floor(depth / 3);
          pen.label("muted halo", bound[mid] ?? { x: 0, y: 1 }, `(${numberText(sigmoid?.steepest ?? 1)})ᵏ`, { dx: -10, dy: -8, anchor: "end" });
          const from = lines[0]?.[mid];
          if (from) pen.label("backward halo", { x: mid, y: from }, "sigmoid", { dx: 12, dy: 18 });
          if ((lines[1]?.[0] ?? 0) > 0) pen.label("backward halo", { x: mid, y: 1 }, "ReLU", { dx: 0, dy: -10 });
        },
      };
    },
    { ratio: 0.5 },
  );

  function show() {
    depthText.textContent = String(depth);
    xText.textContent = numberText(x);
    const [first, second] = chains.map(({ graph }) => graph.nodes.find((node) => node.id === input?.id)?.grad_text ?? "");
    words.textContent = t("After {k} layers the gradient at x is {sigmoid} with sigmoid and {relu} with ReLU. A sigmoid layer multiplies by at most {most}.", {
      k: depth,
      sigmoid: first ?? "",
      relu: second ?? "",
      most: numberText(sigmoid?.steepest ?? 1),
    });
    plot.update();
  }

  async function ask() {
    try {
      await Promise.all(
        chains.map(async (chain) => {
          chain.store.set({ program: withDepth(withLayer(figure.program, chain.layer), depth), inputs: { [input?.name ?? "x"]: x } });
          chain.graph = await chain.api.graphs();
        }),
      );
      show();
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
  depthSlider.addEventListener("input", () => {
    depth = depthSlider.valueAsNumber;
    ask();
  });
  xSlider.addEventListener("input", () => {
    x = xSlider.valueAsNumber;
    ask();
  });
  show();
}
