/** Where the numbers of the selected node, edge or layer come from. */

import { ApiProblem, isAbort } from "./api.js";
import { icon, make, morph } from "./element.js";
import { fitFormulas, formulaLine } from "./formula.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Formula} Formula */
/** @typedef {import("./panel-types.js").Explanation} Explanation */
/** @typedef {import("./element.js").Child} Child */

/** Pause after new numbers before the explanation is fetched again. */
const SETTLE = 120;

const CLOSE = "M5 5l10 10 M15 5 5 15";

/**
 * @param {string} title
 * @param {...(Child | Child[])} children
 */
const section = (title, ...children) =>
  make("section", { class: "why", "data-key": title }, make("h3", {}, title), ...children);

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  const root = /** @type {HTMLElement} */ (document.getElementById("inspector"));
  /** @type {Explanation | null} */
  let told = null;
  let settleTimer = 0;

  /**
   * @param {string} id
   * @param {import("./types.js").Values} values
   */
  function numbersOf(id, values) {
    const { graph } = app;
    if (!graph) return null;
    const output = graph.groups.find((group) => group.id === id)?.output;
    const node = graph.nodes.findIndex((node) => node.id === (output ?? id));
    const edge = graph.edges.findIndex((edge) => edge.id === id);
    const source = graph.nodes.findIndex(({ id }) => id === graph.edges[edge]?.source);
    if (node < 0 && edge < 0) return null;
    return {
      value_text: values.value_texts[node >= 0 ? node : source] ?? null,
      grad_text: (node >= 0 ? values.grad_texts[node] : values.edge_grad_texts[edge]) ?? null,
    };
  }

  async function ask() {
    clearTimeout(settleTimer);
    const id = store.get("selected");
    if (id === null || !app.graph || app.graph.error) {
      told = null;
      return render();
    }
    try {
      const answer = /** @type {Explanation} */ (await app.api.explain(id));
      if (store.get("selected") !== id) return;
      told = answer;
    } catch (error) {
      if (isAbort(error)) return;
      if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
      // The program may have lost the node, or have an error that is told beside it.
      if (error instanceof ApiProblem) told = null;
    }
    render();
  }

  /** The word that the graph has for an id. @param {string} id */
  function nameOf(id) {
    const node = app.graph?.nodes.find((node) => node.id === id);
    if (id === "@output") return t("result");
    return node ? (node.name ?? (node.kind === "constant" ? node.value_text : node.symbol)) : id;
  }

  /** @param {string} id @param {Child} [text] */
  const link = (id, text = nameOf(id)) =>
    make("button", { type: "button", class: "link", "data-select": id }, text);

  /** @param {Explanation} answer */
  function numbers({ value_text, grad_text }) {
    const pair = (/** @type {string} */ kind, /** @type {string} */ name, /** @type {string | null} */ text) =>
      make("div", { class: kind }, make("dt", {}, name), make("dd", {}, text ?? "—"));
    return make(
      "dl",
      { class: "numbers" },
      pair("forward", t("Value"), value_text),
      pair("backward", t("Gradient"), grad_text),
    );
  }

  /** In symbols, then with the numbers put in. @param {{symbols: Formula, numbers: Formula} | null} pair */
  const both = (pair) =>
    pair && (pair.symbols.latex === pair.numbers.latex ? formulaLine(pair.symbols) : formulaLine(pair.symbols, pair.numbers));

  /** @param {Explanation} answer */
  function forwardSection({ formula, kind }) {
    return formula && kind !== "edge" && section(t("Forward"), both(formula));
  }

  /** @param {Explanation} answer */
  function backwardSection({ formula, gradient, rule, kind }) {
    const pair = kind === "edge" ? formula : gradient;
    if (!rule && !pair) return null;
    return section(t("Backward"), rule && make("p", {}, rule), both(pair));
  }

  /** @param {Explanation} answer */
  function simplifiedSection({ derivation }) {
    return derivation.length > 0 && section(t("Simplified"), derivation.map((line) => formulaLine(line)));
  }

  /** @param {Explanation} answer */
  function localSection({ id, locals }) {
    if (locals.length === 0) return null;
    return section(
      t("Local derivatives"),
      make(
        "ul",
        { class: "rows" },
        locals.map(({ edge, source, target, symbols, numbers }) =>
          make(
            "li",
            { "data-key": edge, "data-light": edge },
            locals.length > 1 && link(edge, source === id ? `→ ${nameOf(target)}` : nameOf(source)),
            both({ symbols, numbers }),
          ),
        ),
      ),
    );
  }

  /** @param {Explanation} answer */
  function sumSection({ sum, grad_text, kind }) {
    if (kind === "edge" || sum.length < 2) return null;
    return section(
      t("Sum over outgoing edges"),
      make("p", { class: "muted" }, t("The value goes {n} ways, so its gradients are added.", { n: sum.length })),
      make(
        "table",
        { class: "sums" },
        make(
          "tbody",
          {},
          sum.map(({ edge, target, grad_text: text }) =>
            make(
              "tr",
              { "data-key": edge, "data-light": edge },
              make("th", { scope: "row" }, link(edge, t("from {name}", { name: nameOf(target) }))),
              make("td", { class: "backward" }, text ?? "—"),
            ),
          ),
        ),
        make(
          "tfoot",
          {},
          make("tr", {}, make("th", { scope: "row" }, t("Sum")), make("td", { class: "backward" }, grad_text ?? "—")),
        ),
      ),
    );
  }

  /** @param {Explanation} answer */
  function pathSection({ paths }) {
    if (!paths || paths.items.length === 0) return null;
    const { items, count, shown, sum_text } = paths;
    return section(
      t("Chain rule along each path"),
      make(
        "ol",
        { class: "paths" },
        items.map(({ nodes, formula, product_text }) =>
          make(
            "li",
            { "data-key": nodes.join(" "), "data-light": nodes.join(" "), tabindex: 0 },
            make(
              "div",
              { class: "path" },
              make("span", {}, nodes.map(nameOf).join(" → ")),
              items.length > 1 && make("span", { class: "backward" }, product_text),
            ),
            formulaLine(formula),
          ),
        ),
      ),
      typeof count === "number" && count > shown && make("p", { class: "muted" }, t("{shown} of {count} paths are shown.", { shown, count })),
      items.length > 1 && sum_text !== null &&
        make("p", { class: "total" }, make("span", {}, t("Sum of the paths")), make("span", { class: "backward" }, sum_text)),
    );
  }

  /** @param {Explanation} answer */
  function checkSection({ check }) {
    if (!check) return null;
    const row = (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ mark = "") =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: mark }, text));
    return section(
      t("Numerical check"),
      make(
        "table",
        { class: "sums" },
        make(
          "tbody",
          {},
          row(t("Backpropagation"), check.backprop_text, "backward"),
          row(t("Central difference"), check.numerical_text),
          row(t("Relative difference"), check.relative_text),
        ),
      ),
      make(
        "p",
        { class: check.ok ? "verdict" : "verdict failing" },
        make("span", { class: "sign", "aria-hidden": "true" }, check.ok ? "✓" : "✗"),
        check.ok ? t("They agree.") : store.get("mistakes").length > 0 ? t("They differ: a backward rule is broken.") : t("They differ: the function has a kink here, or a value that is no ordinary number."),
      ),
    );
  }

  /** @param {Explanation} answer */
  function explanation(answer) {
    const group = answer.kind === "group";
    const open = group && store.get("open").includes(answer.id);
    return [
      make(
        "header",
        { class: "inspected" },
        make("h3", {}, answer.title),
        make(
          "button",
          { type: "button", "data-action": "clear", "aria-label": t("Select nothing"), title: t("Select nothing") },
          icon(CLOSE),
        ),
      ),
      group &&
        make(
          "button",
          { type: "button", class: "boxed", "data-action": "toggle", "aria-expanded": String(open) },
          open ? t("Close this layer") : t("Open this layer"),
        ),
      answer.note && make("p", { class: "note", role: "note" }, answer.note),
      numbers(answer),
      forwardSection(answer),
      backwardSection(answer),
      simplifiedSection(answer),
      localSection(answer),
      sumSection(answer),
      pathSection(answer),
      checkSection(answer),
    ];
  }

  function nothing() {
    return make(
      "p",
      { class: "muted prompt" },
      t("Select a node, an edge or a layer of the graph to read where its numbers come from."),
    );
  }

  function render() {
    const content =
      app.mode === "quiz"
        ? [make("p", { class: "muted prompt" }, t("The inspector knows the answers: it stays shut while blanks are filled in."))]
        : told
          ? explanation(told)
          : [nothing()];
    const fresh = make("section", {}, ...content);
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
    fitFormulas(root.querySelectorAll(".formula"));
    light(root.querySelector("[data-light]:hover, [data-light]:focus"));
  }

  /** Lights a path, or one edge, on the graph. @param {Element | null} row */
  function light(row) {
    if (store.get("step") !== null) return;
    const ids = row?.getAttribute("data-light");
    if (!ids) {
      if (lighting) app.view.light(null);
      lighting = false;
      return;
    }
    lighting = true;
    app.view.light(ids.includes("->") ? edgeLight(ids) : pathLight(ids.split(" ")));
  }
  let lighting = false;

  /** @param {string} id */
  function edgeLight(id) {
    const element = app.view.element(id);
    const end = (/** @type {string} */ name) => element?.getAttribute(`data-${name}`) ?? "";
    return { edges: [id], nodes: [end("source"), end("target")] };
  }

  /**
   * What the picture shows for an id: itself, the closed layer that it is in, or the last node of an open one.
   * @param {string} id
   * @returns {string}
   */
  function drawnAs(id) {
    const inside = app.graph?.groups.find((group) => group.id === id);
    if (inside && app.view.element(id)?.classList.contains("open")) return drawnAs(inside.output);
    if (app.view.element(id)) return id;
    /** @type {string | null} */
    let group = app.graph?.nodes.find((node) => node.id === id)?.group ?? null;
    while (group !== null && !app.view.element(group)) {
      const inner = group;
      group = app.graph?.groups.find(({ id }) => id === inner)?.parent ?? null;
    }
    return group ?? id;
  }

  /** @param {string[]} path ids of nodes, each read by the next */
  function pathLight(path) {
    const nodes = [...path.map(drawnAs), "@output"];
    const steps = new Set(nodes.slice(1).map((id, i) => `${nodes[i]} ${id}`));
    const edges = [...(app.view.svg?.querySelectorAll(".edges > [data-id]") ?? [])]
      .filter((edge) => steps.has(`${edge.getAttribute("data-source")} ${edge.getAttribute("data-target")}`))
      .map((edge) => edge.getAttribute("data-id") ?? "");
    return { nodes, edges };
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const id = button?.getAttribute("data-select");
    if (id) app.select(id);
    switch (button?.getAttribute("data-action")) {
      case "clear":
        app.select(null);
        break;
      case "toggle":
        if (told) app.toggleGroup(told.id);
    }
  });
  const follow = (/** @type {Event} */ { target }) =>
    light(target instanceof Element ? target.closest("[data-light]") : null);
  root.addEventListener("pointerover", follow);
  root.addEventListener("focusin", follow);
  root.addEventListener("pointerleave", () => light(root.querySelector("[data-light]:focus-within")));
  root.addEventListener("focusout", () => light(root.querySelector("[data-light]:hover")));

  store.subscribe(["selected", "lang"], ask);
  store.subscribe(["open", "labels"], render);
  app.on("graph", ask);
  app.on("values", (values) => {
    // The two numbers follow at once; the sentences when the hand rests.
    const now = told && numbersOf(told.id, values);
    if (told && now) {
      told = { ...told, ...now };
      for (const [kind, text] of [["forward", now.value_text], ["backward", now.grad_text]]) {
        const shown = root.querySelector(`.numbers .${kind} dd`);
        if (shown) shown.textContent = text ?? "—";
      }
    }
    clearTimeout(settleTimer);
    settleTimer = window.setTimeout(ask, SETTLE);
  });
  render();
}
