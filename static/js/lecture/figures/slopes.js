/** Curves of composed functions with the slope at each value; the slopes multiply. */

import { createApi } from "../../figure/api.js";
import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { createPlot } from "../../kit/plot.js";
import { createStore } from "../../kit/store.js";
import { curveWindow } from "./curve-window.js";
import { chainOf, localName } from "./program-chain.js";

const POINTS = 241;
const REACH = 5;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const tied = await lesson.figure(figure.figure ?? "");
  const links = chainOf(figure.program);
  const panels = await Promise.all(links.map((link) => panel(link)));
  const row = make("div", { class: "slope-row" }, panels.map(({ element }) => element));
  const product = make("p", { class: "slope-product", role: "math" });
  host.append(row, product);

  /** @param {ReturnType<typeof chainOf>[number]} link */
  async function panel({ input, output, statement, title }) {
    const store = createStore(lesson.stateOf(figure, { program: `${input} = 0\n${statement}`, inputs: { [input]: 1 }, upstream: 1, open: [], labels: "numbers" }));
    const api = createApi(store);
    let whole = await api.curve(input, -REACH, REACH, POINTS);
    let reach = REACH;
    /** @type {import("../../figure/answers.js").Values | null} at the value that arrives */
    let here = null;
    const place = make("div", { class: "plot-place" });
    const words = make("p", { class: "slope-words" });
    const element = make("div", { class: "slope-panel" }, make("p", { class: "slope-title" }, title ?? statement), place, words);
    const plot = createPlot(
      place,
      () => {
        if (!here) return null;
        const [x0, y0, slope] = [here.values[0], here.values.at(-1), here.grads[0]].map(Number);
        if (x0 === undefined || y0 === undefined || slope === undefined) return null;
        const window = curveWindow(whole, { x: x0, y: y0 });
        return {
          x: { domain: window.x, label: localName(input) },
          y: { domain: window.y, label: localName(output) },
          description: words.textContent ?? "",
          draw(pen) {
            pen.line("forward", whole.at.map((x, k) => ({ x: Number(x), y: Number(whole.values[k]) })));
            pen.tangent({ x: x0, y: y0 }, slope, 0.2);
            pen.line("guide", [{ x: x0, y: window.y[0] }, { x: x0, y: y0 }, { x: window.x[0], y: y0 }]);
            pen.dot("", { x: x0, y: y0 }, 4.5);
          },
        };
      },
      { ratio: 0.8 },
    );
    return {
      element,
      slope: () => here?.grad_texts[0] ?? "",
      /** @param {number} value the value that arrives */
      async arrive(value) {
        store.set({ inputs: { [input]: value } });
        here = await api.values();
        if (Math.abs(value) > reach) whole = await api.curve(input, -(reach = 1.2 * Math.abs(value)), reach, POINTS);
        words.replaceChildren(
          make("span", { class: "forward" }, `${localName(input)} = ${here.value_texts[0]}`),
          " → ",
          make("span", { class: "forward" }, `${localName(output)} = ${here.value_texts.at(-1)}`),
          make("br"),
          make("span", { class: "backward" }, t("slope {slope}", { slope: here.grad_texts[0] ?? "" })),
        );
        plot.update();
      },
    };
  }

  async function show() {
    const { graph } = tied.app;
    if (!graph) return;
    const node = (/** @type {string} */ name) => graph.nodes.find((node) => node.name === name);
    try {
      await Promise.all(links.map(({ input }, k) => panels[k]?.arrive(Number(node(input)?.value))));
    } catch (error) {
      if (isAbort(error)) return;
      throw error;
    }
    const first = links[0]?.input ?? "";
    const last = links.at(-1)?.output ?? "";
    product.replaceChildren(
      `∂${localName(last)}/∂${localName(first)} = `,
      ...panels.flatMap(({ slope }, k) => [k ? " × " : "", make("span", { class: "backward" }, bracketed(slope()))]),
      " = ",
      make("strong", { class: "backward" }, node(first)?.grad_text ?? ""),
    );
  }
  tied.app.on("values", show);
  await show();
}

/** @param {string} text a negative factor gets parentheses */
const bracketed = (text) => (text.startsWith("−") ? `(${text})` : text);
