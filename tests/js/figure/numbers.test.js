import assert from "node:assert/strict";
import { test } from "node:test";
import { updateNumbers } from "../../../static/js/figure/numbers.js";

test("new numbers reach nodes, edges and inputs", () => {
  const graph = /** @type {any} */ ({
    nodes: [{ id: "x", value: 1, note: { ko: "", en: "" } }, { id: "y", value: 2 }],
    edges: [{ id: "x->y.0", source: "x", target: "y", value: 1 }],
    inputs: [{ id: "x", value: 1 }],
  });
  updateNumbers(graph, {
    structure: "s",
    output: "y",
    values: [3, "Infinity"],
    grads: [2, 1],
    value_texts: ["3", "∞"],
    grad_texts: ["2", "1"],
    edge_grads: [2],
    edge_locals: [2],
    edge_grad_texts: ["2"],
    edge_local_texts: ["2"],
    groups: {},
    notes: { y: { ko: "넘침", en: "overflow" } },
    failing: [],
    wrong: [],
  });
  assert.equal(graph.nodes[0].value_text, "3");
  assert.equal(graph.nodes[0].note, null);
  assert.equal(graph.nodes[1].value, "Infinity");
  assert.equal(graph.nodes[1].note.en, "overflow");
  assert.equal(graph.edges[0].value, 3);
  assert.equal(graph.edges[0].grad_text, "2");
  assert.equal(graph.inputs[0].value, 3);
});
