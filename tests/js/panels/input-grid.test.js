import assert from "node:assert/strict";
import { test } from "node:test";
import { gridPlan, neighbour, readElement } from "../../../static/js/panels/input-grid.js";
import { madeBy } from "../../../static/js/panels/input-summary.js";

const inside = { start: false, end: false };
const ends = { start: true, end: true };

test("a matrix has a row for each row, a long vector is broken", () => {
  const plan = gridPlan([2, 3]);
  assert.deepEqual(plan.heads, ["0", "1", "2"]);
  assert.deepEqual(plan.rows[1]?.indices, [[1, 0], [1, 1], [1, 2]]);
  const vector = gridPlan([12]);
  assert.deepEqual(vector.rows.map(({ head }) => head), ["0", "5", "10"]);
  assert.deepEqual(vector.rows[2]?.indices, [[10], [11]]);
});

test("of more than two axes every matrix has its own head", () => {
  const { rows } = gridPlan([2, 2, 2]);
  assert.deepEqual(rows.map(({ group }) => group), ["[0]", null, "[1]", null]);
  assert.deepEqual(rows[3]?.indices, [[1, 1, 0], [1, 1, 1]]);
});

test("up, down and Enter go from cell to cell, sideways only from the end of a text", () => {
  const { rows } = gridPlan([2, 3]);
  assert.deepEqual(neighbour(rows, { row: 0, column: 1 }, "ArrowDown", inside), { row: 1, column: 1 });
  assert.equal(neighbour(rows, { row: 1, column: 1 }, "ArrowDown", inside), null);
  assert.deepEqual(neighbour(rows, { row: 1, column: 1 }, "Enter", inside), { row: 0, column: 2 });
  assert.equal(neighbour(rows, { row: 0, column: 1 }, "ArrowRight", inside), null);
  assert.deepEqual(neighbour(rows, { row: 0, column: 2 }, "ArrowRight", ends), { row: 1, column: 0 });
  assert.deepEqual(neighbour(rows, { row: 1, column: 0 }, "ArrowLeft", ends), { row: 0, column: 2 });
  assert.equal(neighbour(rows, { row: 0, column: 0 }, "ArrowLeft", ends), null);
});

test("an element is read as a person types it", () => {
  assert.equal(readElement(" −1.5e2 "), -150);
  for (const wrong of ["", "abc", "1,5", "1e999", "--1"]) assert.equal(readElement(wrong), undefined);
});

test("how an input was made is read from its line", () => {
  const program = "X = randn(100, 784, seed=0)  # images\nW = [[1, 2]]\nb=zeros(3)";
  assert.equal(madeBy(program, 1), "randn(100, 784, seed=0)");
  assert.equal(madeBy(program, 2), null);
  assert.equal(madeBy(program, 3), "zeros(3)");
  assert.equal(madeBy(program, 9), null);
});
