/** Writes the numbers of an answer into the graph on the page. No DOM. */

import { cellsOf } from "./picture/tensors.js";

/** @typedef {import("./answers.js").Graph} Graph */
/** @typedef {import("./answers.js").Values} Values */

/**
 * Update the graph's numbers in place, for everyone who reads it.
 * @param {Graph} graph
 * @param {Values} values
 */
export function updateNumbers(graph, values) {
  graph.nodes.forEach((node, i) => {
    node.note = values.notes[node.id] ?? null;
    if (node.shape?.length) {
      // A tensor's text is its shape and stays; its elements are fetched where they are read.
      const displays = values.tensors?.[node.id];
      const [value, grad] = [cellsOf(displays?.value), cellsOf(displays?.grad)];
      if (node.cells && value) node.cells = { value, grad };
      return;
    }
    node.value = values.values[i] ?? null;
    node.grad = values.grads[i] ?? null;
    node.value_text = values.value_texts[i] ?? "";
    node.grad_text = values.grad_texts[i] ?? null;
  });
  const index = new Map(graph.nodes.map((node) => [node.id, node]));
  graph.edges.forEach((edge, k) => {
    const source = index.get(edge.source);
    if (source?.shape?.length) {
      const grad = cellsOf(values.edge_tensors?.[edge.id]?.grad);
      if (edge.cells && grad) edge.cells = { grad };
      return;
    }
    edge.value = source?.value ?? null;
    edge.value_text = source?.value_text ?? "";
    edge.grad = values.edge_grads[k] ?? null;
    edge.grad_text = values.edge_grad_texts[k] ?? null;
    edge.local = values.edge_locals[k] ?? null;
    edge.local_text = values.edge_local_texts[k] ?? null;
  });
  for (const input of graph.inputs) {
    const value = index.get(input.id)?.value;
    if (typeof value === "number") input.value = value;
  }
}
