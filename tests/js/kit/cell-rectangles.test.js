import assert from "node:assert/strict";
import { test } from "node:test";
import { rectanglesOf } from "../../../static/js/kit/cell-rectangles.js";

/** @param {[number, number][]} places */
const cells = (...places) => places.map(([row, column]) => ({ row, column }));

test("a row, a column and a block are one rectangle each", () => {
  assert.deepEqual(rectanglesOf(cells([0, 2], [0, 0], [0, 1])), [{ row: 0, column: 0, rows: 1, columns: 3 }]);
  assert.deepEqual(rectanglesOf(cells([0, 2], [1, 2], [2, 2])), [{ row: 0, column: 2, rows: 3, columns: 1 }]);
  assert.deepEqual(rectanglesOf(cells([0, 0], [0, 1], [1, 0], [1, 1])), [{ row: 0, column: 0, rows: 2, columns: 2 }]);
});

test("cells apart are rectangles of their own, and every cell is in exactly one", () => {
  const given = cells([0, 0], [0, 2], [1, 0], [2, 3], [2, 2]);
  const runs = rectanglesOf(given);
  assert.equal(runs.reduce((sum, { rows, columns }) => sum + rows * columns, 0), given.length);
  for (const { row, column } of given) {
    const holding = runs.filter((run) => row >= run.row && row < run.row + run.rows && column >= run.column && column < run.column + run.columns);
    assert.equal(holding.length, 1);
  }
});

test("a cell named twice is lit once", () => {
  assert.deepEqual(rectanglesOf(cells([1, 1], [1, 1])), [{ row: 1, column: 1, rows: 1, columns: 1 }]);
});
