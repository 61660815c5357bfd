import assert from "node:assert/strict";
import { test } from "node:test";

import { linePath, scale, spread, ticks } from "../../../static/js/kit/plot-scale.js";

test("a scale takes the ends of its domain to the ends of its range, and back", () => {
  const x = scale({ domain: [-2, 2], label: "x" }, [10, 110]);
  assert.deepEqual([x(-2), x(0), x(2)], [10, 60, 110]);
  assert.equal(x.invert(85), 1);
  const log = scale({ domain: [1e-16, 1], log: true, label: "ε" }, [0, 160]);
  assert.ok(Math.abs(log(1e-8) - 80) < 1e-9);
  assert.ok(Math.abs(log.invert(80) / 1e-8 - 1) < 1e-9);
});

test("ticks are round numbers inside the domain", () => {
  assert.deepEqual(ticks({ domain: [-1, 1], label: "" }, 4), [-1, -0.5, 0, 0.5, 1]);
  assert.deepEqual(ticks({ domain: [0, 0.3], label: "" }, 3), [0, 0.1, 0.2, 0.3]);
  assert.deepEqual(ticks({ domain: [3, 4200], label: "" }, 5), [1000, 2000, 3000, 4000]);
});

test("ticks of a log axis are powers of ten, as many as there is room for", () => {
  assert.deepEqual(ticks({ domain: [1e-3, 1], log: true, label: "" }, 9), [1e-3, 1e-2, 1e-1, 1]);
  assert.deepEqual(ticks({ domain: [1e-16, 1], log: true, label: "" }, 4), [1e-16, 1e-12, 1e-8, 1e-4, 1]);
});

test("a line is broken where there is no number, and where it leaves the room for good", () => {
  const room = { top: 0, bottom: 100 };
  const points = [{ x: 0, y: 10 }, { x: 1, y: 20 }, { x: 2, y: NaN }, { x: 3, y: 30 }, { x: 4, y: -1000 }, { x: 5, y: 40 }];
  assert.equal(linePath(points, room), "M0.0 10.0L1.0 20.0M3.0 30.0M5.0 40.0");
});

test("labels that would cover each other move apart and stay in the room", () => {
  assert.deepEqual(spread([10, 50], 14, { top: 0, bottom: 100 }), [10, 50]);
  assert.deepEqual(spread([50, 52, 10], 14, { top: 0, bottom: 100 }), [50, 64, 10]);
  assert.deepEqual(spread([99, 98], 14, { top: 0, bottom: 100 }), [100, 86]);
});
