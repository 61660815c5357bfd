/** The output: which value is differentiated, by default the last line's, and the values that do not reach it. */

import { make } from "../kit/element.js";

/** @typedef {import("../figure/answers.js").Graph} Graph */

/** Values named in the line about those that do not reach the output. */
const NAMED = 3;

/**
 * Return the nodes from which no edge leads to the output, constants aside.
 * @param {Pick<Graph, "nodes" | "edges" | "output">} graph
 */
export function notReaching({ nodes, edges, output }) {
  /** @type {Map<string, string[]>} */
  const sources = new Map();
  for (const { source, target } of edges) sources.set(target, [...(sources.get(target) ?? []), source]);
  const reached = new Set(output === null ? [] : [output]);
  for (const id of reached) for (const source of sources.get(id) ?? []) reached.add(source);
  return nodes.filter(({ id, kind }) => kind !== "constant" && !reached.has(id));
}

/**
 * Return the nodes that can be the output: named results outside of layers, and what nothing reads.
 * @param {Pick<Graph, "nodes" | "edges" | "groups" | "output">} graph
 */
export function outputChoices({ nodes, edges, groups, output }) {
  const read = new Set(edges.map(({ source }) => source));
  const results = new Set(groups.filter(({ parent }) => parent === null).map((group) => group.output));
  return nodes.filter(
    ({ id, kind, name, group }) =>
      id === output || (kind === "op" && (group === null || results.has(id)) && (name !== null || !read.has(id))),
  );
}

/**
 * @param {import("../figure/types.js").App} app
 * @param {(name: string) => string} idOf makes an id unique on the page
 */
export function createOutputChoice(app, idOf) {
  const { store, t } = app;
  const words = make("label", { for: idOf("output-choice"), class: "input-name" });
  const choice = make("select", { id: idOf("output-choice"), "aria-describedby": idOf("output-note") });
  const note = make("p", { class: "muted output-note", id: idOf("output-note") });
  const element = make("div", { class: "output-row", hidden: true }, words, choice, note);

  function show() {
    const { graph } = app;
    element.hidden = !graph || graph.nodes.every(({ kind }) => kind !== "op");
    if (!graph || element.hidden) return;
    const chosen = store.get("output");
    const last = graph.nodes.find(({ id }) => id === graph.output);
    words.textContent = t("Output");
    choice.replaceChildren(
      make("option", { value: "" }, chosen === null && last ? t("{name} (the last line)", { name: last.called }) : t("the last line")),
      ...outputChoices(graph)
        .filter(({ id }) => id !== graph.output || chosen !== null)
        .map(({ id, called }) => make("option", { value: id }, called)),
    );
    choice.value = chosen ?? "";
    showNote();
  }

  function showNote() {
    const { graph } = app;
    if (!graph) return;
    const lost = notReaching(graph).filter(({ group }) => group === null);
    // Blanks ask for values.
    const named = lost.slice(0, NAMED).map(({ called, kind, value_text: value }) => (app.mode === "quiz" && kind === "op" ? called : `${called} = ${value}`));
    note.hidden = lost.length === 0;
    note.textContent = t("No way leads from here to the output, so the gradient is 0: {names}", {
      names: `${named.join(", ")}${lost.length > NAMED ? ", …" : ""}`,
    });
  }

  choice.addEventListener("change", () => app.edit({ output: choice.value || null }));
  app.on("graph", show);
  app.on("values", showNote);
  store.subscribe(["lang", "output", "labels"], show);
  return element;
}
