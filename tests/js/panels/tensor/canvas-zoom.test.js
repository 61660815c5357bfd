import assert from "node:assert/strict";
import { test } from "node:test";
import { cellUnder, heightFor, clamped, revealed, fitWhole, zoomed } from "../../../../static/js/panels/tensor/canvas-zoom.js";

const room = { width: 200, height: 100 };

test("a matrix is seen fitWhole, in the middle, its cells square", () => {
  const viewport = fitWhole(10, 10, room);
  assert.equal(viewport.kx, viewport.ky);
  assert.equal(viewport.kx * 10, 100);
  assert.equal(viewport.x, 50);
});

test("a matrix much longer than wide is squeezed, so that it is more than a line", () => {
  const { kx, ky } = fitWhole(784, 50, { width: 120, height: 240 });
  assert.ok(kx > ky);
  assert.ok(ky * 784 <= 240.001 && kx * 50 >= 240 / 4.001);
  assert.equal(heightFor(784, 50, 120, 240), 240);
});

test("the place under the pointer stays there while the matrix grows", () => {
  const before = fitWhole(50, 100, room);
  const at = cellUnder(before, 70, 40, 50, 100);
  const after = zoomed(before, 5, 70, 40, 50, 100, room);
  assert.ok(after.kx > before.kx);
  assert.deepEqual(cellUnder(after, 70, 40, 50, 100), at);
});

test("nothing is smaller than the whole matrix", () => {
  const least = fitWhole(50, 100, room);
  const viewport = zoomed(zoomed(least, 4, 20, 20, 50, 100, room), 0.01, 150, 80, 50, 100, room);
  assert.ok(Math.abs(viewport.kx - least.kx) < 1e-9 && Math.abs(viewport.x - least.x) < 1e-9);
});

test("a matrix larger than the canvas leaves no empty room beside it", () => {
  const far = clamped({ kx: 10, ky: 10, x: 500, y: -5000 }, 50, 100, room);
  assert.equal(far.x, 0);
  assert.equal(far.y, 100 - 500);
});

test("a cell walked to is brought into view", () => {
  const viewport = revealed({ kx: 20, ky: 20, x: 0, y: 0 }, { row: 30, column: 60 }, 50, 100, room);
  const [x, y] = [viewport.x + 60 * 20, viewport.y + 30 * 20];
  assert.ok(x >= 0 && x + 20 <= room.width && y >= 0 && y + 20 <= room.height);
});

test("beside the matrix there is no cell", () => {
  assert.equal(cellUnder({ kx: 10, ky: 10, x: 50, y: 0 }, 20, 5, 10, 10), null);
});
