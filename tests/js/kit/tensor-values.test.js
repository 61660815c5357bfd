import assert from "node:assert/strict";
import { test } from "node:test";
import { elementAt, fits, indexOf, matrixOf, matrixShape, placeOf, shapeOf, shapeText, withElement } from "../../../static/js/kit/tensor-values.js";

const cube = [[[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [10, 11, 12]]];

test("a nested list has a shape, and a number has none", () => {
  assert.deepEqual(shapeOf(cube), [2, 2, 3]);
  assert.deepEqual(shapeOf(3), []);
  assert.deepEqual(shapeOf([]), [0]);
});

test("a shape is written as the book writes it", () => {
  assert.equal(shapeText([2, 3]), "(2, 3)");
  assert.equal(shapeText([3]), "(3,)");
  assert.equal(shapeText([]), "()");
});

test("one element is changed in a copy, and the rest is shared", () => {
  const changed = withElement(cube, [1, 0, 2], 90);
  assert.equal(elementAt(changed, [1, 0, 2]), 90);
  assert.equal(elementAt(cube, [1, 0, 2]), 9);
  assert.equal(/** @type {any} */ (changed)[0], cube[0]);
});

test("an index that leads past the tensor, or to a list, is no element", () => {
  assert.equal(elementAt(cube, [5, 0, 0]), undefined);
  assert.equal(elementAt(cube, [0, 1]), undefined);
});

test("every index stands at one place, and the place leads back to it", () => {
  for (const shape of [[3], [2, 3], [2, 2, 3], [2, 3, 2, 2]]) {
    const { rows, columns, items } = matrixShape(shape);
    const seen = new Set();
    for (let item = 0; item < items; item += 1) {
      for (let row = 0; row < rows; row += 1) {
        for (let column = 0; column < columns; column += 1) {
          const index = indexOf(shape, item, row, column);
          assert.deepEqual(placeOf(shape, index), { item, row, column });
          seen.add(index.join());
        }
      }
    }
    assert.equal(seen.size, shape.reduce((a, b) => a * b, 1));
  }
});

test("a matrix of a tensor is read row by row, with the numbers that JSON lacks", () => {
  assert.deepEqual([...matrixOf(cube, [2, 2, 3], 1)], [7, 8, 9, 10, 11, 12]);
  assert.deepEqual([...matrixOf([1, "-Infinity", "NaN"], [3], 0)], [1, -Infinity, NaN]);
  assert.deepEqual([...matrixOf(5, [], 0)], [5]);
});

test("a number flows into any output, a list only into one of its shape", () => {
  for (const shape of [[], [3], [2, 3]]) assert.ok(fits(1.3, shape));
  assert.ok(fits([[1, 2, 3], [4, 5, 6]], [2, 3]));
  assert.ok(!fits([1, 2, 3], [2, 3]));
  assert.ok(!fits([[1, 2], [3, 4]], [2, 3]));
  assert.ok(!fits([1], []));
});
