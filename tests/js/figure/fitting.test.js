import assert from "node:assert/strict";
import { test } from "node:test";
import { fitsOutput, fitting, withoutRefused } from "../../../static/js/figure/fitting.js";

const node = (id, op = null, shape = []) => ({ id, kind: op ? "op" : "input", op, shape });
const graph = {
  output: "y",
  inputs: [{ id: "x", name: "x" }, { id: "W", name: "W", shape: [2] }],
  nodes: [node("x"), node("W", null, [2]), node("h", "maximum"), node("y", "mul", [2])],
  edges: [{ id: "x->h.0", source: "x", target: "h" }],
  groups: [{ id: "relu_1", name: "relu", op: "relu", parent: null, inputs: ["x"], output: "h" }],
};
const state = { inputs: {}, output: null, open: [], selected: null, mistakes: [], conventions: [] };
const kept = (patch) => fitting({ ...state, ...patch }, graph);

test("what the graph has stays", () => {
  const whole = {
    inputs: { x: 3, W: [1, 2] },
    output: "y",
    open: ["relu_1"],
    selected: "x->h.0",
    mistakes: ["mul.not_swapped", "fan_out.not_summed"],
    conventions: ["maximum.tie.first", "relu.zero.one"],
  };
  assert.deepEqual(fitting(whole, graph), whole);
  for (const selected of ["y", "relu_1", "@output", "x->relu_1", "y->@output"]) assert.equal(kept({ selected }).selected, selected);
});

test("what belongs to another program goes, and the rest stays", () => {
  const other = {
    inputs: { apple: 143, x: 3, W: [[1], [2]] },
    output: "price",
    open: ["sigmoid_1", "relu_1"],
    selected: "apple",
    mistakes: ["div.sign_forgotten", "mul.not_swapped"],
    conventions: ["abs.zero.plus"],
  };
  assert.deepEqual(fitting(other, graph), {
    inputs: { x: 3 },
    output: null,
    open: ["relu_1"],
    selected: null,
    mistakes: ["mul.not_swapped"],
    conventions: [],
  });
});

test("a number stands for each element of a tensor", () => assert.deepEqual(kept({ inputs: { W: 4 } }), { ...state, inputs: { W: 4 } }));

test("an upstream gradient fits the output as a number or by its shape", () => {
  for (const [upstream, fits] of [[1.3, true], [[5, 6], true], [[1, 2, 3], false], [[[1, 2]], false]]) assert.equal(fitsOutput(upstream, graph), fits);
});

test("members that the server refuses are taken out of the next request", () => {
  const problem = { type: "/api#invalid-request", title: "", status: 422, detail: "" };
  const refuse = (...pointers) => withoutRefused({ ...problem, errors: pointers.map((pointer) => ({ pointer, detail: "" })) }, given);
  const given = { ...state, mistakes: ["foo", "mul.not_swapped", "bar"], conventions: ["a", "b"], inputs: { x: 1, y: 2 } };
  assert.deepEqual(refuse("/body/mistakes/0", "/body/mistakes/2"), { mistakes: ["mul.not_swapped"] });
  assert.deepEqual(refuse("/body/conventions"), { conventions: [] });
  assert.deepEqual(refuse("/body/inputs/x", "/body/upstream"), { inputs: { y: 2 }, upstream: 1 });
  assert.equal(refuse("/body/program"), null);
  assert.equal(withoutRefused({ ...problem, type: "/api#program" }, given), null);
});
