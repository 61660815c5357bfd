import assert from "node:assert/strict";
import { test } from "node:test";
import { notReaching, outputChoices } from "../../../static/js/panels/output-choice.js";

const node = (id, kind, name = id, group = null) => ({ id, kind, name, group });
const edge = (source, target) => ({ source, target });
const graph = {
  nodes: [
    node("a", "input"), node("b", "input"), node("const_1", "constant", null), node("y", "op"),
    node("f_1.h", "op", "h", "f_1"), node("z", "op", "z", "f_1"), node("op_1", "op", null), node("op_2", "op", null),
  ],
  edges: [edge("a", "y"), edge("const_1", "y"), edge("b", "f_1.h"), edge("f_1.h", "z"), edge("a", "op_1"), edge("op_1", "op_2")],
  groups: [{ id: "f_1", parent: null, output: "z" }],
  output: "y",
};
const ids = (nodes) => nodes.map(({ id }) => id);

test("what has no way to the output is named, constants aside", () => {
  assert.deepEqual(ids(notReaching(graph)), ["b", "f_1.h", "z", "op_1", "op_2"]);
  assert.deepEqual(ids(notReaching({ ...graph, output: "z" })), ["a", "y", "op_1", "op_2"]);
});

test("named results, results of layers and what nothing reads can be the output", () => {
  assert.deepEqual(ids(outputChoices(graph)), ["y", "z", "op_2"]);
});
