/** The graph as a table: every node and edge with its value, gradient and rule. */

import { make } from "../kit/element.js";
import { ignoreFailedCall } from "../kit/http.js";
import { shapeText } from "../kit/tensor-values.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Catalogue} Catalogue */
/** @typedef {{value: Text, grad: Text, local?: Text, row: HTMLElement}} Cells */

/**
 * Format a matrix as lines of text with aligned columns.
 * @param {string[][] | null | undefined} cells
 */
export function rowsText(cells) {
  if (!cells || cells.length === 0) return null;
  const width = Math.max(...cells.flat().map((text) => text.length));
  return cells.map((row) => row.map((text) => text.padStart(width, "\u2007")).join("  ")).join("\n");
}

/**
 * @param {App} app
 * @param {HTMLElement} root built on the event `show`
 * @param {HTMLElement} toggle the button that shows it
 */
export function mountTable(app, root, toggle) {
  const { store, t } = app;
  /** @type {Catalogue | null} */
  let catalogue = null;
  /** @type {Cells[]} */
  let nodeCells = [];
  /** @type {Cells[]} */
  let edgeCells = [];
  /** @type {Set<string>} ids whose gradient a broken rule made wrong */
  let wrong = new Set();
  /** Whether the table is older than the graph; it is rebuilt when shown. */
  let stale = true;

  /** @param {string | null} op */
  const entry = (op) => catalogue?.ops.find(({ name }) => name === op);

  /** @param {string} id @param {string} text @param {string | null} [whole] */
  const pick = (id, text, whole = null) =>
    make("th", { scope: "row" }, make("button", { type: "button", class: "link", "data-select": id, title: whole === text ? null : whole }, text));

  const figures = () => [t("Value"), t("Gradient"), t("Local derivative")];

  /**
   * Create a cell; a small tensor is set row by row.
   * @param {string} kind
   * @param {Text} text
   * @param {unknown} cells
   */
  const number = (kind, text, cells) => make("td", { class: `number ${kind}${cells ? " tensor-text" : ""}` }, text);

  /** @param {string} caption @param {string[]} heads @param {HTMLElement[]} rows */
  function table(caption, heads, rows) {
    return make(
      "table",
      {},
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col", class: figures().includes(head) ? "number" : null }, head)))),
      make("tbody", {}, rows),
    );
  }

  /** @type {Map<string, import("../figure/answers.js").GraphNode>} */
  let nodes = new Map();
  /** @param {import("../figure/answers.js").GraphEdge} edge */
  const sourceOf = ({ source }) => nodes.get(source);

  /** @param {string} id */
  const calledOf = (id) => nodes.get(id)?.called ?? id;

  function build() {
    const { graph } = app;
    if (!graph) return;
    nodes = new Map(graph.nodes.map((node) => [node.id, node]));
    const tensors = graph.nodes.some(({ shape }) => shape.length > 0);
    const lang = store.get("lang");
    const kinds = { input: t("input"), constant: t("constant") };
    nodeCells = [];
    edgeCells = [];
    const nodeRows = graph.nodes.map((node) => {
      const [value, grad] = [new Text(), new Text()];
      const op = entry(node.op);
      const row = make(
        "tr",
        { "data-id": node.id },
        pick(node.id, node.called, node.expression),
        make("td", {}, node.label),
        make("td", {}, node.kind === "op" ? `${node.symbol} ${op?.title[lang] ?? node.op ?? ""}` : kinds[node.kind]),
        make("td", {}, node.inputs.map(calledOf).join(", ")),
        tensors && make("td", {}, node.shape.length > 0 ? shapeText(node.shape) : "—"),
        number("forward", value, node.cells),
        number("backward", grad, node.cells),
        make("td", { class: "rule" }, op?.rule[lang]),
      );
      nodeCells.push({ value, grad, row });
      return row;
    });
    const edgeRows = graph.edges.map((edge) => {
      const [value, grad, local] = [new Text(), new Text(), new Text()];
      const row = make(
        "tr",
        { "data-id": edge.id },
        pick(edge.id, `${calledOf(edge.source)} → ${calledOf(edge.target)}`),
        number("forward", value, sourceOf(edge)?.cells),
        make("td", { class: "number" }, local),
        number("backward", grad, edge.cells),
      );
      edgeCells.push({ value, grad, local, row });
      return row;
    });
    root.replaceChildren(
      table(
        t("Nodes"),
        [t("Node"), t("Label"), t("Kind"), t("Reads"), ...(tensors ? [t("Shape")] : []), t("Value"), t("Gradient"), t("Backward rule")],
        nodeRows,
      ),
      table(t("Edges"), [t("Edge"), t("Value"), t("Local derivative"), t("Gradient")], edgeRows),
    );
    stale = false;
    fill();
    mark();
  }

  function fill() {
    const { graph } = app;
    if (!graph) return;
    const set = (/** @type {Text | undefined} */ text, /** @type {string | null} */ wanted) => {
      const shown = wanted ?? "—";
      if (text && text.data !== shown) text.data = shown;
    };
    // Blanks stay blank in the table too.
    const quiz = app.mode === "quiz";
    const gradient = (/** @type {string} */ id, /** @type {string | null} */ text) =>
      quiz && text !== null ? "?" : wrong.has(id) ? `✗ ${text}` : text;
    const computed = new Set(graph.nodes.filter(({ kind }) => kind === "op").map(({ id }) => id));
    graph.nodes.forEach((node, i) => {
      set(nodeCells[i]?.value, quiz && computed.has(node.id) ? "?" : rowsText(node.cells?.value) ?? node.value_text);
      set(nodeCells[i]?.grad, gradient(node.id, rowsText(node.cells?.grad) ?? node.grad_text));
    });
    graph.edges.forEach((edge, k) => {
      const written = rowsText(sourceOf(edge)?.cells?.value) ?? edge.value_text;
      set(edgeCells[k]?.value, quiz && computed.has(edge.source) ? "?" : written);
      set(edgeCells[k]?.local, quiz && edge.local_text !== null ? "?" : edge.local_text);
      set(edgeCells[k]?.grad, gradient(edge.id, rowsText(edge.cells?.grad) ?? edge.grad_text));
    });
  }

  function mark() {
    const selected = store.get("selected");
    for (const { row } of [...nodeCells, ...edgeCells]) {
      const on = row.getAttribute("data-id") === selected;
      row.classList.toggle("selected", on);
      if (on) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  function refresh() {
    stale = true;
    if (!root.hidden) build();
  }

  root.addEventListener("show", () => {
    if (stale) build();
    else {
      fill();
      mark();
    }
  });
  root.addEventListener("click", ({ target }) => {
    const row = target instanceof Element ? target.closest("tr[data-id]") : null;
    if (row) app.select(row.getAttribute("data-id"));
  });
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    toggle.click();
    toggle.focus();
  });
  store.subscribe(["lang", "labels"], refresh);
  store.subscribe(["selected"], mark);
  app.on("graph", refresh);
  app.on("values", (values) => {
    wrong = new Set(values.wrong);
    if (!root.hidden && !stale) fill();
  });
  app.api.ops().then((answer) => {
    catalogue = answer;
    refresh();
  }, ignoreFailedCall);
}

/** @param {App} app */
export const mount = (app) =>
  mountTable(
    app,
    /** @type {HTMLElement} */ (document.getElementById("table-view")),
    /** @type {HTMLElement} */ (document.getElementById("table-button")),
  );
