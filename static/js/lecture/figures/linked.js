/** Formulas of an affine layer's numbered gradients; each lights its arrow and shows its shapes. */

import { make } from "../../kit/element.js";
import { formulaElement } from "../../kit/formula.js";
import { createUpstream } from "../../panels/upstream.js";
import { withRows } from "./batch-rows.js";
import { placeView } from "./view.js";

const MOST_ROWS = 8;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const list = make("ul", { class: "linked-formulas" });
  const { figure: view, drawn } = placeView(host, figure, lesson);
  host.append(list);
  await drawn;
  const { app, picture } = view;

  // The picture numbers its arrows; each formula belongs to the input at the arrow's start.
  const numbered = picture.parts("edge")
    .map((edge) => ({
      digit: edge.querySelector(".digit-text")?.textContent ?? null,
      id: edge.getAttribute("data-id") ?? "",
      source: edge.getAttribute("data-source") ?? "",
    }))
    .filter(({ digit }) => digit !== null)
    .sort((a, b) => Number(a.digit) - Number(b.digit));

  /** @type {string | null} */
  let pressed = null;
  /** @param {string | null} id */
  const light = (id) => {
    const edge = numbered.find((item) => item.id === id);
    app.view.light(edge ? { edges: [edge.id], nodes: [edge.source] } : null);
    for (const item of list.querySelectorAll("button")) item.setAttribute("aria-pressed", String(item.dataset.edge === pressed));
  };

  const explanations = await Promise.all(numbered.map(({ source }) => app.api.explain(source, `explain ${source}`)));
  numbered.forEach(({ digit, id }, k) => {
    const explanation = explanations[k];
    if (!explanation) return;
    const local = explanation.locals.find((/** @type {{edge: string}} */ { edge }) => edge === id);
    const symbols = local?.shapes ?? explanation.gradient?.symbols;
    if (!symbols) return;
    const formula = formulaElement(symbols);
    // Set fractions in display size.
    formula.setAttribute("displaystyle", "true");
    const button = make("button", { type: "button", "data-edge": id, "aria-pressed": "false" }, make("span", { class: "digit-key" }, digit ?? ""), formula);
    button.addEventListener("pointerenter", () => light(id));
    button.addEventListener("pointerleave", () => light(pressed));
    button.addEventListener("focus", () => light(id));
    button.addEventListener("blur", () => light(pressed));
    button.addEventListener("click", () => {
      pressed = pressed === id ? null : id;
      light(pressed);
    });
    list.append(make("li", {}, button));
  });
  const labels = make("button", { type: "button", class: "boxed", "aria-pressed": "false" }, t("Shapes on the arrows"));
  labels.addEventListener("click", () => {
    const shapes = app.store.get("labels") !== "shapes";
    app.store.set({ labels: shapes ? "shapes" : "numbers" });
    labels.setAttribute("aria-pressed", String(shapes));
  });
  labels.setAttribute("aria-pressed", String(app.store.get("labels") === "shapes"));
  host.append(make("div", { class: "linked-tools" }, labels));
  app.on("picture", () => light(pressed));

  if (Array.isArray(figure.seed)) {
    host.append(make("div", { class: "linked-upstream" }, createUpstream(app, (name) => `${figure.id}-${name}`)));
  }

  const batch = app.graph?.inputs.find(({ id }) => app.graph?.nodes.find((node) => node.id === id)?.axes?.[0] === "N");
  if (batch && Array.isArray(batch.value)) {
    const given = /** @type {number[][]} */ (batch.value);
    const slider = make("input", { type: "range", min: 1, max: MOST_ROWS, step: 1, value: given.length, "aria-label": t("Samples N") });
    const count = make("output", { class: "forward" }, String(given.length));
    slider.addEventListener("input", () => {
      count.textContent = slider.value;
      app.store.set({ program: withRows(figure.program, batch.name, given, slider.valueAsNumber) });
    });
    host.append(make("div", { class: "figure-sliders narrow" }, make("label", {}, make("span", {}, t("Samples N")), slider, count)));
  }
}
