/** The curve of an op with its tangent at the graph's input, and maybe another op's beside it; dragging changes the graph. */

import { render } from "../../../vendor/katex.js";
import { createApi } from "../../figure/api.js";
import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { createPlot } from "../../kit/plot.js";
import { createStore } from "../../kit/store.js";
import { curveWindow } from "./curve-window.js";

/** @typedef {import("../../figure/answers.js").CatalogueOp} CatalogueOp */

const POINTS = 401;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const tied = await lesson.figure(figure.figure ?? "");
  const graph = tied.app.graph;
  const input = graph?.inputs.find(({ shape }) => !shape?.length);
  const ops = await tied.app.api.ops().then(({ ops, composites }) => [...ops, ...composites]);
  const named = (/** @type {string | null} */ wanted) => ops.find(({ name }) => name === wanted);
  const [op, also] = [named(figure.op), named(figure.also)];
  if (!input || !op || (figure.also && !also)) throw new Error(`no input, or no op ${figure.op} or ${figure.also}`);
  const { name } = input;

  // The op alone, by the same engine: curve, tangent and texts come from the server.
  const programOf = (/** @type {CatalogueOp} */ { written }) => `${name} = 0\ny = ${written.replace(/\(.*\)/, `(${name})`)}`;
  const at = () => Number(tied.app.store.get("inputs")[name] ?? input.value);
  const storeOf = (/** @type {CatalogueOp} */ op) =>
    createStore(lesson.stateOf(figure, { program: programOf(op), inputs: { [name]: at() }, upstream: 1, open: [], labels: "numbers" }));
  const store = storeOf(op);
  const api = createApi(store);
  const reach = Math.min(5, Math.max(Math.abs(input.min ?? -5), Math.abs(input.max ?? 5)));
  const whole = await api.curve(name, -reach, reach, POINTS);
  const other = also && (await createApi(storeOf(also)).curve(name, -reach, reach, POINTS));
  let here = await api.values();

  const legend = make("p", { class: "plot-legend" });
  const readings = make("p", { class: "plot-readings", "aria-live": "off" });
  const place = make("div", { class: "plot-place draggable" });
  host.append(legend, place, readings);
  /** @param {CatalogueOp} op */
  function formulaOf({ latex }) {
    const formula = make("span", {});
    // The op's own formula calls its input `a`.
    render(`y = ${latex.replace(/\ba\b/g, name)}`, formula, { throwOnError: false, output: "htmlAndMathml" });
    return formula;
  }
  legend.append(
    make("span", { class: "key forward" }, formulaOf(op)),
    " ",
    ...(also ? [make("span", { class: "key plain" }, formulaOf(also)), " "] : []),
    make("span", { class: "key backward" }, t("tangent: its slope is the local derivative")),
    " ",
    make("span", { class: "key backward dashed" }, t("slope at every {name}", { name })),
  );

  const texts = () => ({ x: here.value_texts[0] ?? "", y: here.value_texts.at(-1) ?? "", slope: here.grad_texts[0] ?? "" });
  const says = () => {
    const { x, y, slope } = texts();
    return t("At {name} = {x} the curve is at y = {y} and its slope is {slope}.", { name, x, y, slope });
  };

  const plot = createPlot(
    place,
    () => {
      const x0 = Number(here.values[0]);
      const y0 = Number(here.values.at(-1));
      const slope = Number(here.grads[0]);
      const both = other ? { at: whole.at, values: [...whole.values, ...other.values], slopes: whole.slopes } : whole;
      const window = curveWindow(both, { x: x0, y: y0 });
      return {
        x: { domain: window.x, label: name },
        y: { domain: window.y, label: "y" },
        description: says(),
        draw(pen) {
          const points = whole.at.map((x, k) => ({ x: Number(x), y: Number(whole.values[k]) }));
          const slopes = whole.at.map((x, k) => ({ x: Number(x), y: Number(whole.slopes[k]) }));
          pen.line("backward dashed", slopes);
          if (other) pen.line("plain", other.at.map((x, k) => ({ x: Number(x), y: Number(other.values[k]) })));
          pen.line("forward", points);
          if (!Number.isFinite(y0) || !Number.isFinite(slope)) return;
          pen.tangent({ x: x0, y: y0 }, slope, 0.22);
          pen.line("guide", [{ x: x0, y: window.y[0] }, { x: x0, y: y0 }]);
          pen.dot("", { x: x0, y: y0 });
        },
      };
    },
    { ratio: 0.52 },
  );

  const show = () => {
    // Keep a number and its name on one line.
    readings.textContent = says().replaceAll(" = ", "\u00a0=\u00a0");
    plot.update();
  };
  show();

  async function follow() {
    store.set({ inputs: { [name]: at() } });
    try {
      here = await api.values();
      show();
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
  tied.app.store.subscribe(["inputs"], follow);
  // The hand may have moved while the curve was on its way.
  if (store.get("inputs")[name] !== at()) void follow();

  /** @param {PointerEvent} event */
  function drag(event) {
    const x = plot.under(event);
    if (x === null) return;
    const step = input?.step ?? 0.1;
    const value = Number((Math.round(Math.min(reach, Math.max(-reach, x)) / step) * step).toFixed(6));
    tied.app.edit({ inputs: { ...tied.app.store.get("inputs"), [name]: value } }, `input ${name}`);
  }
  place.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    place.setPointerCapture(event.pointerId);
    drag(event);
  });
  place.addEventListener("pointermove", (event) => place.hasPointerCapture(event.pointerId) && drag(event));
}
