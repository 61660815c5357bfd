import assert from "node:assert/strict";
import { test } from "node:test";
import { findNodes } from "../../../static/js/panels/find-nodes.js";

/** @param {object} fields */
const node = (fields) =>
  /** @type {any} */ ({ kind: "op", name: null, label: null, op: null, symbol: "", value_text: "1", ...fields });
const graph = {
  nodes: [
    node({ id: "apple", kind: "input", name: "apple", label: "🍎 사과 가격", symbol: "apple" }),
    node({ id: "apple_num", kind: "input", name: "apple_num", symbol: "apple_num" }),
    node({ id: "op_1", op: "mul", symbol: "×" }),
    node({ id: "sigmoid_1.op_1", op: "exp", symbol: "exp" }),
  ],
  groups: [/** @type {any} */ ({ id: "sigmoid_1", name: "sigmoid", op: "sigmoid", parent: null })],
};
const ids = (/** @type {string} */ text) => findNodes(graph, text).map((item) => item.id);

test("a name that is the query comes before one that begins with it", () => {
  assert.deepEqual(ids("apple"), ["apple", "apple_num"]);
});

test("operation, symbol and label are found, in any case", () => {
  assert.deepEqual(ids("MUL"), ["op_1"]);
  assert.deepEqual(ids("×"), ["op_1"]);
  assert.deepEqual(ids("사과"), ["apple"]);
});

test("a layer comes before the nodes inside it", () => {
  assert.deepEqual(ids("sigmoid"), ["sigmoid_1", "sigmoid_1.op_1"]);
});

test("nothing is found by an empty query or an unknown name", () => {
  assert.deepEqual(ids("  "), []);
  assert.deepEqual(ids("pear"), []);
});
