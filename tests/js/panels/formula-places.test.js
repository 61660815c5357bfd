import assert from "node:assert/strict";
import { test } from "node:test";
import { around, placesOf, plainName } from "../../../static/js/panels/formula-places.js";

const node = (id, value_text, grad_text, kind = "op") => ({ id, kind, value_text, grad_text });
const graph = /** @type {any} */ ({
  nodes: [node("apple_num", "2", "110", "input"), node("x_2", "650", "1.1"), node("f_1.h", "−3", "0"), node("far", "650", "9"), node("const_1", "2", null, "constant")],
  edges: [{ id: "apple_num->x_2.0", source: "apple_num", target: "x_2", value_text: "2", grad_text: "110" }],
  groups: [{ id: "f_1", inputs: ["x_2"], output: "f_1.h" }],
});

test("names are found as formulas write them", () => {
  assert.equal(plainName("𝑎𝑝𝑝𝑙𝑒_𝑛𝑢𝑚"), "apple_num");
  for (const [name, id] of [["apple_num", "apple_num"], ["x_2", "x_2"], ["x2", "x_2"], ["h", "f_1.h"]]) {
    assert.deepEqual(placesOf({ name }, graph, new Set()), [id]);
  }
  assert.deepEqual(placesOf({ name: "const_1" }, graph, new Set()), []);
});

test("a number is found around the selection alone, without its sign", () => {
  const near = around("x_2", graph);
  assert.deepEqual(placesOf({ number: "650" }, graph, near), ["x_2"]);
  assert.deepEqual(placesOf({ number: "110" }, graph, near), ["apple_num", "apple_num->x_2.0"]);
  assert.deepEqual(placesOf({ number: "3" }, graph, around("f_1", graph)), ["f_1.h"]);
  assert.deepEqual(placesOf({ number: "651" }, graph, near), []);
});
