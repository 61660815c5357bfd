import assert from "node:assert/strict";
import { test } from "node:test";

import { curveWindow } from "../../../../static/js/lecture/figures/curve-window.js";

test("a bounded curve is shown whole, with a margin", () => {
  const { x, y } = curveWindow({ at: [-5, 0, 5], values: [0, 0.5, 1], slopes: [0, 0.25, 0] }, { x: 0, y: 0.5 });
  assert.deepEqual(x, [-5, 5]);
  assert.ok(y[0] < 0 && y[0] > -0.2 && y[1] > 1 && y[1] < 1.2);
});

test("what grows without bound is cut, but never the point itself", () => {
  const curve = { at: [-1, 0, 5], values: [0.4, 1, 148], slopes: [0.4, 1, 148] };
  assert.ok(curveWindow(curve, { x: 0, y: 1 }).y[1] < 6);
  assert.ok(curveWindow(curve, { x: 2.5, y: 12.2 }).y[1] > 12.2);
});

test("where the function has no number the axis ends; a function that begins at 0 shows its axis", () => {
  const { x } = curveWindow({ at: [-1, 0, 0.01, 1], values: ["NaN", "-Infinity", -4.6, 0], slopes: ["NaN", "Infinity", 100, 1] }, { x: 1, y: 0 });
  assert.deepEqual(x, [0, 1]);
});
