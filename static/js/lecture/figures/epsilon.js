/** The error of numerical differentiation by step size: truncation error falls, then rounding error rises. */

import { createApi } from "../../figure/api.js";
import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { spread } from "../../kit/plot-scale.js";
import { createPlot } from "../../kit/plot.js";
import { createStore } from "../../kit/store.js";

/** Smallest error drawn: 0 has no place on a log axis. */
const LEAST = 1e-16;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const tied = figure.figure ? await lesson.figure(figure.figure) : null;
  const store = createStore(lesson.stateOf(figure));
  const api = createApi(store);
  const name = (/^\s*(\w+) = /m.exec(figure.program) ?? [])[1] ?? "x";
  /** Return the tied graph's own step input, if it has one. */
  const stepOf = () => tied?.app.graph?.inputs.find((input) => input.name === "epsilon")?.name;
  let found = await api.differences(name);
  let at = found.epsilons.findIndex((epsilon) => epsilon <= 1.01e-2);

  const place = make("div", { class: "plot-place" });
  const slider = make("input", { type: "range", min: 0, max: found.epsilons.length - 1, step: 1, class: "epsilon-slider" });
  const label = make("label", { class: "epsilon-label" }, make("span", {}, t("Step ε")), slider);
  const body = make("tbody", {});
  const table = make(
    "table",
    { class: "figure-table" },
    make("thead", {}, make("tr", {}, make("td"), make("th", { scope: "col", class: "number" }, t("Derivative")), make("th", { scope: "col", class: "number" }, t("Error")))),
    body,
  );
  host.append(place, label, table);

  const epsilonText = () => sciText(found.epsilons[at] ?? 0);
  const schemes = /** @type {const} */ (["forward", "central"]);
  const titles = { forward: t("Forward difference (F(x+ε) − F(x)) / ε"), central: t("Central difference (F(x+ε) − F(x−ε)) / 2ε") };
  const short = { forward: t("forward"), central: t("central") };

  const plot = createPlot(
    place,
    () => ({
      x: { domain: [found.epsilons[0] ?? 0.1, found.epsilons.at(-1) ?? 1e-16], log: true, label: t("step ε, ever smaller"), ticks: [1e-1, 1e-4, 1e-7, 1e-10, 1e-13, 1e-16] },
      y: { domain: [LEAST, 100], log: true, label: t("distance from the chain rule") },
      description: t("Error against step: both fall at first, the central difference faster; below a step of about 1e-5 or 1e-8 rounding makes them rise again."),
      draw(pen) {
        const ends = spread(
          schemes.map((scheme) => pen.y(Math.max(LEAST, Number(found[`${scheme}_errors`][8])))),
          18,
          pen.room,
        );
        schemes.forEach((scheme, k) => {
          const errors = found[`${scheme}_errors`].map((error, i) => ({ x: found.epsilons[i] ?? 1, y: Math.min(100, Math.max(LEAST, Number(error))) }));
          pen.line(scheme === "central" ? "forward" : "forward dashed", errors);
          const point = errors[8];
          if (point) pen.label("forward halo", point, short[scheme], { dx: 8, dy: (ends[k] ?? 0) - pen.y(point.y) - 8 });
        });
        const epsilon = found.epsilons[at] ?? 1;
        pen.line("guide", [{ x: epsilon, y: LEAST }, { x: epsilon, y: 100 }]);
        for (const scheme of schemes) pen.dot("forward", { x: epsilon, y: Math.min(100, Math.max(LEAST, Number(found[`${scheme}_errors`][at]))) }, 4.5);
      },
    }),
    { ratio: 0.55 },
  );

  function show() {
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", epsilonText());
    slider.setAttribute("aria-label", t("Step ε"));
    label.querySelector("output")?.remove();
    label.append(make("output", { class: "forward" }, `ε = ${epsilonText()}`));
    body.replaceChildren(
      row(t("Chain rule"), "backward", found.backprop_text, "—"),
      ...schemes.map((scheme) => row(titles[scheme], "forward", found[`${scheme}_texts`][at] ?? "", found[`${scheme}_error_texts`][at] ?? "")),
    );
    plot.update();
  }
  slider.addEventListener("input", () => {
    at = slider.valueAsNumber;
    show();
    const step = stepOf();
    if (tied && step) tied.app.edit({ inputs: { ...tied.app.store.get("inputs"), [step]: found.epsilons[at] ?? 0.1 } }, "epsilon");
  });
  async function follow() {
    const given = tied?.app.store.get("inputs")[name];
    if (given === undefined || given === store.get("inputs")[name]) return;
    store.set({ inputs: { [name]: given } });
    try {
      found = await api.differences(name);
      show();
    } catch (error) {
      if (!isAbort(error)) throw error;
    }
  }
  tied?.app.store.subscribe(["inputs"], follow);
  show();
  void follow();
}

/** @param {string} title @param {string} kind @param {string} value @param {string} error */
const row = (title, kind, value, error) =>
  make("tr", {}, make("th", { scope: "row" }, title), make("td", { class: `number ${kind}` }, value), make("td", { class: "number" }, error));

/** 0.0056 becomes 5.6e-3. @param {number} value */
const sciText = (value) => value.toExponential(1).replace(".0e", "e").replace("e+0", "");
