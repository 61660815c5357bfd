import assert from "node:assert/strict";
import { test } from "node:test";
import { logTicks, shareText, stepRange, tickText, valueRange, zoomed } from "../../../../static/js/runs/curves/scales.js";

test("all steps are seen, or those that were zoomed to", () => {
  assert.deepEqual(stepRange(null, 3000), [0, 3000]);
  assert.deepEqual(stepRange(null, -1), [0, 10]);
  assert.deepEqual(stepRange([100, 200], 3000), [100, 200]);
});

test("zooming keeps the step in its place, stays within the steps, and ends at all of them", () => {
  assert.deepEqual(zoomed([0, 1000], 250, 0.5, 1000), [125, 625]);
  assert.deepEqual(zoomed([0, 1000], 1000, 0.5, 1000), [500, 1000]);
  assert.deepEqual(zoomed([0, 400], 400, 2, 1000), [0, 800]);
  assert.equal(zoomed([0, 600], 100, 2, 1000), null);
  assert.deepEqual(zoomed([500, 510], 505, 0.1, 1000), [500, 510], "ten steps are the nearest");
});

test("ranges hold what is seen, with some room, and no shares beyond 0 and 1", () => {
  assert.deepEqual(valueRange("accuracy", false, 0.1, 0.99), [0.1 - 0.89 * 0.06, 1]);
  assert.deepEqual(valueRange("dead", false, 0, 0.02), [0, 0.1]);
  const [low, high] = valueRange("gradients", true, 1e-6, 1);
  assert.ok(low < 1e-6 && low > 1e-7 && high > 1 && high < 10);
  const [least, most] = valueRange("loss", false, 2, 2);
  assert.ok(least < 2 && most > 2);
});

test("a log range has no zero, and there is a range where nothing is known", () => {
  for (const range of [valueRange("gradients", true, 0, 5), valueRange("gradients", true, 0, 0), valueRange("loss", true, null, null)]) {
    assert.ok(range[0] > 0 && range[1] > range[0] && Number.isFinite(range[1]));
  }
});

test("ticks of a log axis are round, few, and there", () => {
  assert.deepEqual(logTicks(0.08, 0.9, 6), [0.1, 0.2, 0.5]);
  assert.deepEqual(logTicks(1e-3, 1, 5), [0.001, 0.01, 0.1, 1]);
  assert.ok(logTicks(1e-30, 1, 6).length <= 7);
  assert.ok(logTicks(1e-30, 1, 6).every((value) => Number.isInteger(Math.log10(value))));
});

test("a tick keeps its place while the range grows", () => {
  const before = logTicks(1e-12, 1, 5);
  const after = logTicks(1e-13, 1, 5);
  for (const value of before) assert.ok(after.includes(value), String(value));
});

test("ticks are written plain near 1, else by their power of ten", () => {
  assert.deepEqual([0, 0.05, 0.001, 2, 10_000, 1e-4, 2e-7, 1e9].map(tickText), ["0", "0.05", "0.001", "2", "10,000", "10⁻⁴", "2·10⁻⁷", "10⁹"]);
});

test("shares are written in percent", () => {
  assert.deepEqual([0, 0.005, 0.07, 0.975, 1].map(shareText), ["0%", "0.5%", "7%", "97.5%", "100%"]);
});
