/** Variables and methods of TwoLayerNet linked to their nodes, and both gradients side by side. */

import { make } from "../../kit/element.js";
import { reachByKeys } from "../../kit/formula.js";
import { msg } from "../../kit/i18n.js";
import { placeView } from "./view.js";

/** @typedef {import("../../figure/answers.js").Graph} Graph */

/** What each method lights: all nodes up to one, or back from the loss. */
const METHODS = /** @type {const} */ ([
  {
    call: "__init__(self, input_size, hidden_size, output_size, weight_init_std)",
    says: msg("fills the parameters: numbers of inputs, of hidden units and of outputs, and the scale of the first weights"),
    lights: "parameters",
  },
  { call: "predict(x)", says: msg("the scores: forward through all layers but the last; x holds images"), lights: "scores" },
  { call: "loss(x, t)", says: msg("the loss: predict, then lastLayer; x holds images, t their right classes"), lights: "loss" },
  { call: "accuracy(x, t)", says: msg("how often the right class has the largest score"), lights: "scores" },
  { call: "gradient(x, t)", says: msg("forward, then backward through the layers in reverse: all four gradients at once"), lights: "gradients" },
  { call: "numerical_gradient(x, t)", says: msg("moves every parameter a little and looks at the loss: slow, but it needs no rule"), lights: "parameters" },
]);

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const { figure: made, drawn } = placeView(host, figure, lesson);
  await drawn;
  const { app } = made;
  const graph = /** @type {Graph} */ (app.graph);

  // Labels name the program's variables; on the picture a layer's box stands for its output node.
  const shownAs = (/** @type {string} */ id) => {
    const group = graph.groups.find(({ output, parent }) => output === id && parent === null);
    return group?.id ?? id;
  };
  const named = graph.nodes.filter(({ label }) => label && /^params\[|^Affine|^Relu|^lastLayer/.test(label));
  const scores = graph.nodes.find((node) => node.label === named.filter(({ label }) => label?.startsWith("Affine")).at(-1)?.label);
  const parameters = named.filter(({ label }) => label?.startsWith("params"));

  /** @type {string | null} a method, or the id of a node */
  let held = null;
  /** @param {string | null} name */
  function light(name) {
    const what = METHODS.find(({ call }) => call === name)?.lights ?? name;
    if (what === null) app.view.light(null);
    else if (what === "gradients" || what === "parameters") app.view.light({ nodes: parameters.map(({ id }) => id), edges: ids(made.picture, parameters.map(({ id }) => id)) });
    else if (what === "loss" || what === "scores") app.view.light(upTo(what === "loss" ? String(graph.output) : String(scores?.id)));
    else app.view.light({ nodes: [shownAs(what)] });
    for (const button of host.querySelectorAll("[data-lights]")) button.setAttribute("aria-pressed", String(button.getAttribute("data-lights") === held));
  }
  /** Return a node and all nodes it depends on, as the picture shows them. @param {string} id */
  function upTo(id) {
    const seen = new Set([id]);
    for (const node of [...graph.nodes].reverse()) if (seen.has(node.id)) for (const input of node.inputs) seen.add(input);
    const nodes = [...seen].map(shownAs);
    return { nodes, edges: ids(made.picture, nodes, nodes) };
  }

  /** @param {string} what @param {import("../../kit/element.js").Child} words */
  function lights(what, words) {
    const button = make("button", { type: "button", class: "link", "data-lights": what, "aria-pressed": "false" }, words);
    button.addEventListener("pointerenter", () => light(what));
    button.addEventListener("pointerleave", () => light(held));
    button.addEventListener("focus", () => light(what));
    button.addEventListener("blur", () => light(held));
    button.addEventListener("click", () => light((held = held === what ? null : what)));
    return button;
  }
  const head = (/** @type {string[]} */ ...words) => make("thead", {}, make("tr", {}, words.map((word) => make("th", { scope: "col" }, word))));
  const shapeText = (/** @type {number[]} */ shape) => (shape.length ? `(${shape.join(", ")}${shape.length === 1 ? "," : ""})` : t("a number"));

  host.append(
    make(
      "table",
      { class: "figure-table" },
      make("caption", {}, t("Variables")),
      head(t("Variable"), t("Node"), t("Shape")),
      make("tbody", {}, named.map((node) => make("tr", {}, make("th", { scope: "row" }, lights(node.id, make("code", {}, variable(node.label ?? "")))), make("td", {}, make("code", {}, node.name ?? node.id)), make("td", {}, shapeText(node.shape))))),
    ),
    make(
      "table",
      { class: "figure-table" },
      make("caption", {}, t("Methods")),
      head(t("Method"), t("What it does")),
      make("tbody", {}, METHODS.map(({ call, says }) => make("tr", {}, make("th", { scope: "row", class: "call" }, lights(call, make("code", {}, call))), make("td", {}, t(says))))),
    ),
  );

  const body = make("tbody", {});
  const run = make("button", { type: "button", class: "boxed" }, t("Compare both gradients now"));
  const status = make("p", { class: "plot-readings", role: "status" });
  const table = make(
    "table",
    { class: "figure-table", hidden: true },
    make("caption", {}, t("The largest difference in each parameter")),
    make("thead", {}, make("tr", {}, [t("Parameter"), t("Elements"), "gradient", "numerical_gradient", t("Difference")].map((word, k) => make("th", { scope: "col", class: k ? "number" : null }, word)))),
    body,
  );
  host.append(make("div", { class: "linked-tools" }, run), status, make("div", { class: "table-scroll" }, table));
  run.addEventListener("click", async () => {
    run.disabled = true;
    status.textContent = t("Moving every parameter both ways…");
    const began = performance.now();
    try {
      const { inputs } = await app.api.gradcheck();
      const seconds = ((performance.now() - began) / 1000).toFixed(2);
      const rows = inputs.filter((/** @type {{id: string}} */ { id }) => parameters.some((node) => node.id === id));
      body.replaceChildren(
        ...rows.map((/** @type {any} */ row) =>
          make(
            "tr",
            {},
            make("th", { scope: "row" }, make("code", {}, `${row.id}${row.where ? `[${row.where.join(", ")}]` : ""}`)),
            make("td", { class: "number" }, row.elements.toLocaleString("en")),
            make("td", { class: "number backward" }, row.backprop_text),
            make("td", { class: "number forward" }, row.numerical_text),
            make("td", { class: "number" }, row.absolute_text),
          ),
        ),
      );
      table.hidden = false;
      if (table.parentElement) reachByKeys(table.parentElement);
      const count = rows.reduce((/** @type {number} */ sum, /** @type {any} */ row) => sum + row.elements, 0);
      status.textContent = t("{n} parameters compared in {s} s.", { n: count.toLocaleString("en"), s: seconds });
    } catch (error) {
      status.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      run.disabled = false;
    }
  });
  return made;
}

/** `Affine1` becomes `layers["Affine1"]`. @param {string} label */
const variable = (label) => (/^(Affine|Relu)/.test(label) ? `layers["${label}"]` : label);

/**
 * Return the picture's edges from some nodes and, if given, to some others.
 * @param {Pick<import("../../figure/types.js").View, "parts">} picture
 * @param {string[]} sources
 * @param {string[]} [targets]
 */
const ids = (picture, sources, targets) =>
  picture
    .parts("edge")
    .filter((edge) => sources.includes(edge.getAttribute("data-source") ?? "") && (!targets || targets.includes(edge.getAttribute("data-target") ?? "")))
    .map((edge) => edge.getAttribute("data-id") ?? "");
