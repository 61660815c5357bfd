import assert from "node:assert/strict";
import { test } from "node:test";
import { gridStep, cellStep } from "../../../static/js/kit/grid-keys.js";

test("arrows move by a cell or a row and stop at the edges", () => {
  assert.equal(gridStep("ArrowRight", 3, 10, 4), 4);
  assert.equal(gridStep("ArrowLeft", 4, 10, 4), 3);
  assert.equal(gridStep("ArrowDown", 1, 10, 4), 5);
  assert.equal(gridStep("ArrowUp", 5, 10, 4), 1);
  assert.equal(gridStep("ArrowUp", 2, 10, 4), 2);
  assert.equal(gridStep("ArrowLeft", 0, 10, 4), 0);
  assert.equal(gridStep("ArrowRight", 9, 10, 4), 9);
});

test("down into a short last row leads to its end, and not out of it", () => {
  assert.equal(gridStep("ArrowDown", 7, 10, 4), 9);
  assert.equal(gridStep("ArrowDown", 4, 10, 4), 8);
  assert.equal(gridStep("ArrowDown", 8, 10, 4), 8);
  assert.equal(gridStep("ArrowDown", 6, 8, 4), 6);
});

test("Home and End lead to the first and the last, other keys nowhere", () => {
  assert.equal(gridStep("Home", 6, 10, 4), 0);
  assert.equal(gridStep("End", 6, 10, 4), 9);
  assert.equal(gridStep("a", 6, 10, 4), null);
});

test("arrows walk the cells and stop at the rim", () => {
  assert.deepEqual(cellStep("ArrowLeft", { row: 1, column: 0 }, 3, 4), { row: 1, column: 0 });
  assert.deepEqual(cellStep("ArrowDown", { row: 1, column: 2 }, 3, 4), { row: 2, column: 2 });
  assert.deepEqual(cellStep("End", { row: 1, column: 2 }, 3, 4), { row: 1, column: 3 });
  assert.equal(cellStep("x", { row: 1, column: 2 }, 3, 4), null);
});
