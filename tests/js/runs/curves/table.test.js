import assert from "node:assert/strict";
import { test } from "node:test";
import { spreadSteps, tableOf } from "../../../../static/js/runs/curves/table.js";

test("few steps are all there; of many some, evenly spread, the first and the last among them", () => {
  assert.deepEqual(spreadSteps([10, 20, 30], [0, 25], 16), [10, 20]);
  const steps = Array.from({ length: 1000 }, (_, k) => 10 * (k + 1));
  const some = spreadSteps(steps, [0, 10_000], 16);
  assert.equal(some.length, 16);
  assert.deepEqual([some[0], some.at(-1)], [10, 10_000]);
  const gaps = some.slice(1).map((step, k) => step - Number(some[k]));
  assert.ok(Math.max(...gaps) - Math.min(...gaps) <= 10);
  assert.deepEqual(spreadSteps(steps, [4995, 5015], 16), [5000, 5010]);
  assert.deepEqual(spreadSteps([], [0, 10], 16), []);
});

test("a table has a column a line and the numbers themselves, the last test where there is none at a step", () => {
  const points = [10, 20].map((step) => ({ step, loss: 1 / step, accuracy: 0.5, norms: [2, 3], dead: [0.25] }));
  const curve = /** @type {any} */ ({ points, tests: [{ step: 10, accuracy: 0.8 }], marks: [], end: 20 });
  const { columns, rows } = tableOf({ name: "A", slot: 0, current: true, activation: "relu", curve }, [0, 20]);
  assert.deepEqual(columns.map(({ quantity, line }) => `${quantity} ${line.label}`), ["loss train", "accuracy train", "accuracy test", "gradients Affine1", "gradients Affine2", "dead ReLU1"]);
  assert.deepEqual(rows, [
    { step: 10, values: [0.1, 0.5, 0.8, 2, 3, 0.25] },
    { step: 20, values: [0.05, 0.5, 0.8, 2, 3, 0.25] },
  ]);
});
