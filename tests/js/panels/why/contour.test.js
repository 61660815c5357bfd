import assert from "node:assert/strict";
import { test } from "node:test";
import { contour, downhill, levels, stepSize } from "../../../../static/js/panels/why/contour.js";

const axis = Array.from({ length: 21 }, (_, k) => (k - 10) / 5);
const bowl = axis.map((y) => axis.map((x) => x * x + y * y));

test("the contours of a bowl are circles", () => {
  const points = contour(axis, axis, bowl, 1).filter(({ x }) => Number.isFinite(x));
  assert.ok(points.length > 40);
  for (const { x, y } of points) assert.ok(Math.abs(Math.hypot(x, y) - 1) < 0.02);
});

test("there is no line where nothing crosses, nor through what is not finite", () => {
  assert.deepEqual(contour(axis, axis, bowl, 100), []);
  assert.deepEqual(contour([0, 1], [0, 1], [[0, "Infinity"], [2, 3]], 1), []);
});

test("heights part the values evenly, and a plain has none", () => {
  const found = levels(bowl, 5);
  assert.equal(found.length, 5);
  assert.ok(found.every((level, k) => k === 0 || level > Number(found[k - 1])));
  assert.deepEqual(levels([[2, 2], [2, 2]], 5), []);
});

test("steps downhill lead to the bottom of a bowl", () => {
  let at = { x: 2, y: -1 };
  const eta = stepSize({ x: 4, y: -2 }, { x: 4, y: 4 });
  assert.equal(eta, 0.05);
  for (let k = 0; k < 100; k += 1) at = downhill(at, { x: 2 * at.x, y: 2 * at.y }, eta);
  assert.ok(Math.hypot(at.x, at.y) < 1e-4);
  assert.equal(stepSize({ x: 0, y: 0 }, { x: 1, y: 1 }), 0.1);
});
