import assert from "node:assert/strict";
import { test } from "node:test";

import { stepState } from "../../../../static/js/panels/stepper/state.js";

// total = apple * num; price = total * tax; the product's own group is drawn closed in the second picture.
const NODES = [
  { id: "apple", kind: "input" },
  { id: "num", kind: "input" },
  { id: "total", kind: "op" },
  { id: "tax", kind: "input" },
  { id: "price", kind: "op" },
  { id: "@output", kind: "output" },
];
const EDGES = [
  { id: "apple->total.0", source: "apple", target: "total" },
  { id: "num->total.1", source: "num", target: "total" },
  { id: "total->price.0", source: "total", target: "price" },
  { id: "tax->price.1", source: "tax", target: "price" },
  { id: "price->@output", source: "price", target: "@output" },
];
const texts = { title: "", sentence: "", formula: null };
const STEPS = [
  { index: 0, phase: /** @type {const} */ ("forward"), node: "total", edges: ["apple->total.0", "num->total.1"], ...texts },
  { index: 1, phase: /** @type {const} */ ("forward"), node: "price", edges: ["total->price.0", "tax->price.1"], ...texts },
  { index: 2, phase: /** @type {const} */ ("backward"), node: "price", edges: ["total->price.0", "tax->price.1"], ...texts },
  { index: 3, phase: /** @type {const} */ ("backward"), node: "total", edges: ["apple->total.0", "num->total.1"], ...texts },
];
const at = (/** @type {number} */ step) => stepState(step, STEPS, NODES, EDGES);

test("before the first step only the inputs are known", () => {
  const { nodes, edges, done, waiting } = at(0);
  assert.deepEqual([nodes, edges], [[], []]);
  assert.deepEqual(done, ["apple", "num", "tax", "apple->total.0", "num->total.1", "tax->price.1"]);
  assert.deepEqual(waiting, [...NODES.slice(0, 5).map(({ id }) => id), ...EDGES.map(({ id }) => id)]);
});

test("a forward step makes its node's value known, and lights it with its edges", () => {
  const { nodes, edges, done, waiting } = at(1);
  assert.deepEqual(nodes, ["total"]);
  assert.deepEqual(edges, ["apple->total.0", "num->total.1"]);
  assert.ok(done.includes("total->price.0"));
  assert.ok(!done.includes("price->@output"));
  assert.equal(waiting.filter((id) => id.includes("->")).length, EDGES.length);
});

test("the last forward step reaches the result", () => {
  assert.ok(at(2).done.includes("price->@output"));
  assert.ok(at(2).done.includes("@output"));
});

test("the backward pass begins with the seed and hands gradients to the edges before a node", () => {
  const { done, waiting } = at(3);
  assert.equal(done.length, NODES.length + EDGES.length);
  assert.deepEqual(waiting.filter((id) => id.includes("->")), ["apple->total.0", "num->total.1"]);
  assert.deepEqual(waiting.filter((id) => !id.includes("->")), ["apple", "num"]);
});

test("at the end nothing waits", () => {
  assert.deepEqual(at(4).waiting, []);
});

test("a node that is read twice waits for both gradients", () => {
  const nodes = [
    { id: "x", kind: "input" },
    { id: "a", kind: "op" },
    { id: "b", kind: "op" },
    { id: "@output", kind: "output" },
  ];
  const edges = [
    { id: "x->a.0", source: "x", target: "a" },
    { id: "x->b.0", source: "x", target: "b" },
    { id: "a->b.1", source: "a", target: "b" },
    { id: "b->@output", source: "b", target: "@output" },
  ];
  const steps = [
    { index: 0, phase: /** @type {const} */ ("backward"), node: "b", edges: ["x->b.0", "a->b.1"], ...texts },
    { index: 1, phase: /** @type {const} */ ("backward"), node: "a", edges: ["x->a.0"], ...texts },
  ];
  assert.ok(stepState(1, steps, nodes, edges).waiting.includes("x"));
  assert.ok(!stepState(2, steps, nodes, edges).waiting.includes("x"));
});

test("a closed group is known when its step is done", () => {
  const nodes = [
    { id: "x", kind: "input" },
    { id: "sigmoid_1", kind: "closed" },
    { id: "@output", kind: "output" },
  ];
  const edges = [
    { id: "x->sigmoid_1", source: "x", target: "sigmoid_1" },
    { id: "sigmoid_1.op_4->@output", source: "sigmoid_1", target: "@output" },
  ];
  const steps = [
    { index: 0, phase: /** @type {const} */ ("forward"), node: "sigmoid_1", edges: ["x->sigmoid_1"], ...texts },
    { index: 1, phase: /** @type {const} */ ("backward"), node: "sigmoid_1", edges: ["x->sigmoid_1"], ...texts },
  ];
  assert.ok(stepState(1, steps, nodes, edges).done.includes("sigmoid_1.op_4->@output"));
  assert.deepEqual(stepState(2, steps, nodes, edges).waiting, []);
});
