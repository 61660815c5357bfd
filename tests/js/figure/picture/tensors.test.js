import assert from "node:assert/strict";
import { test } from "node:test";
import { displaysIn, drawnPlace, heatGrid } from "../../../../static/js/figure/picture/tensors.js";

test("an element of the first matrix is drawn, one behind it is not", () => {
  assert.deepEqual(drawnPlace([2, 3], [1, 2]), { row: 1, column: 2 });
  assert.deepEqual(drawnPlace([3], [2]), { row: 0, column: 2 });
  assert.equal(drawnPlace([2, 2, 2], [1, 0, 0]), null);
});

test("rows of 784 elements are images, and each pixel leads to its element and back", () => {
  const grid = heatGrid([100, 784]);
  assert.deepEqual([grid.rows, grid.columns], [56, 56]);
  for (const cell of [{ row: 0, column: 0 }, { row: 1, column: 30 }, { row: 3, column: 783 }]) {
    const place = grid.place(cell);
    assert.ok(place);
    assert.deepEqual(grid.element(place.row, place.column), cell);
  }
  assert.equal(grid.place({ row: 4, column: 0 }), null);
});

test("other heat maps have a pixel for an element", () => {
  const grid = heatGrid([10, 50]);
  assert.deepEqual([grid.rows, grid.columns, grid.element(3, 4)], [10, 50, { row: 3, column: 4 }]);
});

test("a closed layer's edge shows its result's value and its own gradient", () => {
  const values = /** @type {any} */ ({
    tensors: { Y: { value: [["1"]], grad: [["2"]] } },
    edge_tensors: { "affine_1->op_1.0": { grad: [["3"]] } },
  });
  const graph = /** @type {any} */ ({ groups: [{ id: "affine_1", output: "Y" }] });
  const find = displaysIn(values, graph);
  const drawn = { element: /** @type {any} */ (null), cells: [], owner: "affine_1->op_1.0", source: "affine_1" };
  assert.deepEqual(find({ ...drawn, of: "value" })?.value, [["1"]]);
  assert.deepEqual(find({ ...drawn, of: "grad" })?.grad, [["3"]]);
  assert.deepEqual(find({ ...drawn, owner: "affine_1->@output", of: "grad" })?.grad, [["2"]]);
});
