import assert from "node:assert/strict";
import { test } from "node:test";
import { deltas, heights, readPush, stretch, writePush } from "../../../../static/js/panels/why/pushed.js";

test("a push survives the way through the link", () => {
  for (const push of [{ id: "tax", index: [], delta: 0.1 }, { id: "f_1.x", index: [0, 12], delta: -1e-7 }]) assert.deepEqual(readPush(writePush(push)), push);
  for (const text of [null, "", "tax", "tax:", ":1", "tax:one", "X[a]:"]) assert.equal(readPush(text), null);
});

test("a curve is drawn over the slider's range, and always beyond the value", () => {
  assert.deepEqual(stretch(2, { min: 0, max: 10 }), [0, 10]);
  assert.deepEqual(stretch(0, undefined), [-1.5, 1.5]);
  const [low, high] = stretch(20, { min: 0, max: 10 });
  assert.ok(low === 0 && high > 20);
});

test("a pole does not flatten the rest of the curve, and the points stay in sight", () => {
  const values = [...Array.from({ length: 50 }, (_, k) => k / 50), 1e9, "Infinity", "NaN"];
  const [low, high] = heights(values, [3]);
  assert.ok(low <= 0 && high >= 3 && high < 10);
  assert.ok(heights([2, 2, 2], [2])[0] < 2);
});

test("the slider reaches about as far as the value is large", () => {
  assert.deepEqual(deltas(120), { most: 100, step: 1 });
  assert.deepEqual(deltas(0), { most: 1, step: 0.01 });
});
