import assert from "node:assert/strict";
import { test } from "node:test";
import { findNodes } from "../../../static/js/panels/find-nodes.js";

/** @param {object} fields */
const node = (fields) =>
  /** @type {any} */ ({ kind: "op", name: null, label: null, op: null, symbol: "", value_text: "1", grad_text: null, called: "", expression: null, ...fields });
const graph = {
  nodes: [
    node({ id: "apple", kind: "input", name: "apple", label: "🍎 사과 가격", symbol: "apple" }),
    node({ id: "apple_num", kind: "input", name: "apple_num", symbol: "apple_num" }),
    node({ id: "op_1", op: "mul", symbol: "×", called: "apple × apple_num", expression: "apple × apple_num", value_text: "1,200", grad_text: "−1.1" }),
    node({ id: "sigmoid_1.op_1", op: "exp", symbol: "exp" }),
  ],
  groups: [/** @type {any} */ ({ id: "sigmoid_1", name: "sigmoid", called: "sigmoid(x)", op: "sigmoid", parent: null })],
};
const ops = [
  /** @type {any} */ ({ name: "mul", symbol: "×", written: "a * b", title: { ko: "곱셈", en: "multiplication" }, forward: { ko: "두 입력을 곱합니다.", en: "Multiplies its two inputs." } }),
  /** @type {any} */ ({ name: "sigmoid", symbol: "sigmoid", written: "sigmoid(x)", title: { ko: "시그모이드", en: "sigmoid" }, forward: null }),
];
const ids = (/** @type {string} */ text, secret = false) => findNodes(graph, text, { ops, secret }).map((item) => item.id);

test("a name that is the query comes before one that begins with it", () => {
  assert.deepEqual(ids("apple"), ["apple", "apple_num", "op_1"]);
});

test("operation, symbol and label are found, in any case", () => {
  assert.deepEqual(ids("MUL"), ["op_1"]);
  assert.deepEqual(ids("×"), ["op_1"]);
  assert.deepEqual(ids("사과"), ["apple"]);
});

test("a layer comes before the nodes inside it", () => {
  assert.deepEqual(ids("sigmoid"), ["sigmoid_1", "sigmoid_1.op_1"]);
});

test("an op is found by every word of its entry", () => {
  for (const word of ["mul", "multiply", "Multiplication", "multiplies", "*", "×", "곱셈"]) assert.deepEqual(ids(word), ["op_1"], word);
  assert.deepEqual(ids("시그모이드"), ["sigmoid_1"]);
});

test("a number is found where it is shown, value or gradient", () => {
  for (const number of ["1200", "1,200", "1200.0", "-1.1", "−1.1"]) assert.deepEqual(ids(number), ["op_1"], number);
  assert.deepEqual(ids("120"), []);
});

test("computed numbers are secret while they are asked", () => {
  assert.deepEqual(ids("1200", true), []);
  assert.ok(findNodes(graph, "mul", { ops, secret: true }).every(({ detail }) => !detail.includes("1")));
});

test("a node without a name is shown and found by its expression", () => {
  assert.deepEqual(findNodes(graph, "apple × ", { ops }).map(({ name }) => name), ["apple × apple_num"]);
});

test("nothing is found by an empty query or an unknown name", () => {
  assert.deepEqual(ids("  "), []);
  assert.deepEqual(ids("pear"), []);
});
