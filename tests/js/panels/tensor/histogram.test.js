import assert from "node:assert/strict";
import { test } from "node:test";
import { bars } from "../../../../static/js/panels/tensor/histogram.js";

test("the fullest interval is as high as the room, an empty one has no bar", () => {
  const made = bars([0, 1, 2, 3], [4, 0, 1], 90, 40);
  assert.deepEqual(made.map(({ height }) => height), [40, 0, 10]);
  assert.deepEqual(made.map(({ x }) => x), [0, 30, 60]);
});

test("a single element among many is still to be seen", () => {
  assert.equal(bars([0, 1, 2], [10_000, 1], 90, 40)[1]?.height, 1);
});

test("equal elements are one bar in the middle", () => {
  const [bar] = bars([5, 5], [3], 100, 40);
  assert.ok(bar && bar.x > 40 && bar.x + bar.width < 60 && bar.height === 40);
});
