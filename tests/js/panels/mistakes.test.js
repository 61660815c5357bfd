import assert from "node:assert/strict";
import { test } from "node:test";

import { possibleMistakes } from "../../../static/js/panels/mistakes.js";

const text = (/** @type {string} */ en) => ({ ko: en, en });
const CATALOGUE = /** @type {any} */ ({
  ops: [
    { name: "add", symbol: "+", partials: ["1", "1"], title: text("addition"), mistakes: [{ name: "add.halved", title: text(""), advice: text("") }] },
    { name: "mul", symbol: "×", partials: ["b", "a"], title: text("multiplication"), mistakes: [] },
    { name: "sum", symbol: "Σ", partials: [], title: text("sum"), mistakes: [] },
  ],
  composites: [],
  mistakes: [
    { name: "fan_out.not_summed", title: text("") },
    { name: "fan_out.copies_not_summed", title: text("") },
  ],
});
const node = (/** @type {string} */ id, /** @type {string | null} */ op, /** @type {string[]} */ inputs, /** @type {number[]} */ shape) => ({ id, op, inputs, shape });
const edge = (/** @type {string} */ source, /** @type {number | null} */ grad = 1) => ({ source, grad });
const names = (/** @type {any} */ graph) =>
  possibleMistakes(CATALOGUE, graph).map(({ symbol, mistakes }) => [symbol, ...mistakes.map(({ name }) => name)]);

test("only ops of the graph offer their mistakes", () => {
  const graph = { nodes: [node("x", null, [], []), node("y", "add", ["x", "x"], [])], edges: [edge("x"), edge("y")] };
  assert.deepEqual(names(graph), [["+", "add.halved"]]);
});

test("a value read twice can be left unsummed", () => {
  const graph = { nodes: [node("x", null, [], []), node("y", "add", ["x", "x"], [])], edges: [edge("x"), edge("x")] };
  assert.deepEqual(names(graph), [["+", "add.halved"], ["⑂", "fan_out.not_summed"]]);
  // Two edges of which one asks for no gradient are no branching.
  assert.equal(names({ ...graph, edges: [edge("x"), edge("x", null)] }).length, 1);
});

test("copies along a batch can be left unsummed, where something elementwise copied them", () => {
  const nodes = [node("X", null, [], [2, 3]), node("B", null, [], [3]), node("Y", "add", ["X", "B"], [2, 3])];
  assert.deepEqual(names({ nodes, edges: [edge("X"), edge("B")] }).at(-1), ["⑂", "fan_out.copies_not_summed"]);
  const summed = [node("X", null, [], [2, 3]), node("s", "sum", ["X"], [])];
  assert.deepEqual(names({ nodes: summed, edges: [edge("X")] }), [["Σ"]]);
});
