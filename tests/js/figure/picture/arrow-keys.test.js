import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowTarget } from "../../../../static/js/figure/picture/arrow-keys.js";

const shown = {
  nodes: ["a", "b", "mul", "@output"],
  edges: [
    { id: "a->mul.0", source: "a", target: "mul" },
    { id: "b->mul.1", source: "b", target: "mul" },
    { id: "mul->@output", source: "mul", target: "@output" },
  ],
};

test("left and right follow the graph's order and stop at its ends", () => {
  assert.equal(arrowTarget(shown, "a", "ArrowRight", null), "b");
  assert.equal(arrowTarget(shown, "mul", "ArrowLeft", null), "b");
  assert.equal(arrowTarget(shown, "a", "ArrowLeft", null), "a");
  assert.equal(arrowTarget(shown, "@output", "ArrowRight", null), "@output");
  assert.equal(arrowTarget(shown, "mul", "Home", null), "a");
  assert.equal(arrowTarget(shown, "a", "End", null), "@output");
});

test("down and up go round the edges of a node, those that leave first", () => {
  assert.equal(arrowTarget(shown, "mul", "ArrowDown", null), "mul->@output");
  assert.equal(arrowTarget(shown, "mul->@output", "ArrowDown", "mul"), "a->mul.0");
  assert.equal(arrowTarget(shown, "a->mul.0", "ArrowDown", "mul"), "b->mul.1");
  assert.equal(arrowTarget(shown, "b->mul.1", "ArrowDown", "mul"), "mul->@output");
  assert.equal(arrowTarget(shown, "mul", "ArrowUp", null), "b->mul.1");
});

test("from an edge, left and right lead to its ends", () => {
  assert.equal(arrowTarget(shown, "a->mul.0", "ArrowRight", null), "mul");
  assert.equal(arrowTarget(shown, "a->mul.0", "ArrowLeft", null), "a");
});

test("other keys lead nowhere, and an empty graph too", () => {
  assert.equal(arrowTarget(shown, "a", "x", null), null);
  assert.equal(arrowTarget({ nodes: [], edges: [] }, null, "ArrowRight", null), null);
});

test("without a place the first key leads to the first node", () => {
  assert.equal(arrowTarget(shown, null, "ArrowRight", null), "a");
});
