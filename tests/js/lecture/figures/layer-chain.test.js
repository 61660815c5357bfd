import assert from "node:assert/strict";
import { test } from "node:test";

import { layerGradients, withDepth, withLayer } from "../../../../static/js/lecture/figures/layer-chain.js";

const PROGRAM = "x = 1\nh = x\nfor i in range(10):\n    h = sigmoid(h)\n";

test("depth and layer are put into the program", () => {
  assert.equal(withDepth(PROGRAM, 3), PROGRAM.replace("10", "3"));
  assert.equal(withLayer(PROGRAM, "relu"), PROGRAM.replace("sigmoid", "relu"));
});

test("gradients are read at the input and behind each layer, open or closed", () => {
  const node = (id, kind, group, grad) => ({ id, kind, group, grad });
  const layers = {
    inputs: [{ id: "x" }],
    groups: [{ id: "g1", parent: null, output: "h" }, { id: "g2", parent: null, output: "h_2" }],
    nodes: [node("x", "input", null, 0.05), node("c", "constant", "g1", null), node("a", "op", "g1", 9), node("h", "op", "g1", -0.2), node("h_2", "op", "g2", 1)],
  };
  assert.deepEqual(layerGradients(layers), [0.05, 0.2, 1]);
  const plain = { inputs: [{ id: "x" }], groups: [], nodes: [node("x", "input", null, 1), node("h", "op", null, 1)] };
  assert.deepEqual(layerGradients(plain), [1, 1]);
});
