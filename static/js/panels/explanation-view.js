/** An explanation of the server as elements: numbers, formulas, rule, sums, paths, check. */

import { icon, make } from "../kit/element.js";
import { formulaLine } from "../kit/formula.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../kit/types.js").Formula} Formula */
/** @typedef {import("../figure/answers.js").Explanation} Explanation */
/** @typedef {import("../kit/element.js").Child} Child */

/** Rows of one list seen at once. */
const MOST = 12;

const CLOSE = "M5 5l10 10 M15 5 5 15";

/**
 * @param {string} title
 * @param {...(Child | Child[])} children
 */
const section = (title, ...children) =>
  make("section", { class: "why", "data-key": title }, make("h3", {}, title), ...children);

/**
 * @param {App} app
 * @param {Explanation} answer
 * @param {boolean} tensor whether a tensor is shown in the place of the two numbers
 * @returns {(Child | Child[])[]} what is to be clicked carries `data-select` or `data-action`, what lights a part of the
 *   graph `data-light`: an edge's id, or the ids of a path's nodes
 */
export function explanationView(app, answer, tensor) {
  const { store, t } = app;

  /** The word that the graph has for an id. @param {string} id */
  function nameOf(id) {
    const node = app.graph?.nodes.find((node) => node.id === id);
    if (id === "@output") return t("result");
    if (!node) return app.graph?.groups.find((group) => group.id === id)?.name ?? id;
    return node.name ?? (node.kind === "constant" ? node.value_text : node.symbol);
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

  /**
   * The first rows of a list, the others behind a fold.
   * @param {HTMLElement[]} rows
   * @param {(rows: HTMLElement[]) => HTMLElement} list
   */
  const folded = (rows, list) => [
    list(rows.slice(0, MOST)),
    rows.length > MOST &&
      make("details", {}, make("summary", {}, t("{n} more", { n: rows.length - MOST })), list(rows.slice(MOST))),
  ];

  /** In symbols, then with the numbers put in. @param {{symbols: Formula, numbers: Formula} | null} pair */
  const both = (pair) =>
    pair && (pair.symbols.latex === pair.numbers.latex ? formulaLine(pair.symbols) : formulaLine(pair.symbols, pair.numbers));

  /** Under the factors of a product their shapes. @param {Formula} formula */
  function dimensions(formula) {
    const line = formulaLine(formula);
    line.classList.add("dimensions");
    return line;
  }

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

  /** The book's figure numbers the three gradients of an affine layer. @param {string} id */
  const isAffine = (id) => app.graph?.groups.find((group) => group.id === id)?.op === "affine";

  /** @param {number} k from 0 */
  const boxed = (k) => make("span", { class: "boxed-digit" }, k + 1);

  /** @param {Explanation} answer */
  function closedSection({ id, closed = [] }) {
    if (closed.length === 0) return null;
    return section(
      t("Closed and opened"),
      make(
        "ul",
        { class: "rows" },
        closed.map(({ source, formula, difference_text: difference }, k) =>
          make(
            "li",
            { "data-key": source },
            make("span", {}, isAffine(id) && boxed(k), link(source)),
            make(
              "div",
              {},
              formulaLine(formula),
              make("p", { class: "muted difference" }, t("opened differs by {difference}", { difference })),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {Explanation} answer */
  function localSection({ id, locals, closed = [] }) {
    if (locals.length === 0) return null;
    return section(
      tensor || closed.length > 0 ? t("What goes back on each way") : t("Local derivatives"),
      folded(
        locals.map(({ edge, source, target, symbols, numbers, shapes }, k) =>
          make(
            "li",
            { "data-key": edge, "data-light": edge },
            locals.length > 1 &&
              make(
                "span",
                {},
                isAffine(id) && boxed(k),
                link(edge, source === id ? `→ ${nameOf(target)}` : nameOf(source)),
              ),
            make("div", {}, both({ symbols, numbers }), shapes && dimensions(shapes)),
          ),
        ),
        (rows) => make("ul", { class: "rows" }, rows),
      ),
    );
  }

  /** @param {Explanation} answer */
  function sumSection({ sum, grad_text, kind }) {
    if (kind === "edge" || sum.length < 2) return null;
    return section(
      t("Sum over outgoing edges"),
      make("p", { class: "muted" }, t("The value goes {n} ways, so its gradients are added.", { n: sum.length })),
      folded(
        sum.map(({ edge, target, grad_text: text }) =>
          make(
            "tr",
            { "data-key": edge, "data-light": edge },
            make("th", { scope: "row" }, link(edge, t("from {name}", { name: nameOf(target) }))),
            make("td", { class: "backward" }, text ?? "—"),
          ),
        ),
        (rows) => make("table", { class: "sums" }, make("tbody", {}, rows)),
      ),
      make("p", { class: "total" }, make("span", {}, t("Sum")), make("span", { class: "backward" }, grad_text ?? "—")),
    );
  }

  /** @param {Explanation} answer */
  function pathSection({ paths }) {
    if (!paths || paths.items.length === 0) return null;
    const { items, count, shown, sum_text, note } = paths;
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
      note && make("p", { class: "muted" }, note),
      typeof count === "number" && count > shown && make("p", { class: "muted" }, t("{shown} of {count} paths are shown.", { shown, count })),
      items.length > 1 && sum_text !== null && !note &&
        make("p", { class: "total" }, make("span", {}, t("Sum of the paths")), make("span", { class: "backward" }, sum_text)),
    );
  }

  /** @param {Explanation} answer */
  function checkSection({ check }) {
    if (!check) return null;
    const row = (/** @type {string} */ name, /** @type {string} */ text, /** @type {string} */ mark = "") =>
      make("tr", {}, make("th", { scope: "row" }, name), make("td", { class: mark }, text));
    const { where, elements = 1 } = check;
    return section(
      t("Numerical check"),
      where && where.length > 0 && make("p", { class: "muted" }, t("All {n} elements; the worst is [{index}]:", { n: elements, index: where.join(", ") })),
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
  function all(answer) {
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
      tensor ? make("div", { class: "tensor-slot", "data-key": "tensor", "data-live": true }) : numbers(answer),
      forwardSection(answer),
      backwardSection(answer),
      simplifiedSection(answer),
      closedSection(answer),
      localSection(answer),
      sumSection(answer),
      pathSection(answer),
      checkSection(answer),
    ];
  }

  return all(answer);
}
