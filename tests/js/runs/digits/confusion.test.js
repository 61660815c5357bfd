import assert from "node:assert/strict";
import { test } from "node:test";
import { confusionFacts, shadeOf } from "../../../../static/js/runs/digits/confusion.js";

test("the largest mistake and what was right of each label", () => {
  const { most, right } = confusionFacts([[8, 2, 0], [0, 0, 0], [3, 1, 4]]);
  assert.equal(most, 3);
  assert.deepEqual(right, [0.8, null, 0.5]);
});

test("without mistakes nothing is shaded", () => {
  const { most, right } = confusionFacts([[5, 0], [0, 7]]);
  assert.equal(most, 0);
  assert.deepEqual(right, [1, 1]);
  assert.equal(shadeOf(0, most), 0);
});

test("shades rise with the count, up to the largest", () => {
  assert.equal(shadeOf(0, 30), 0);
  assert.ok(shadeOf(1, 30) > 0.1);
  assert.ok(shadeOf(10, 30) < shadeOf(20, 30));
  assert.equal(shadeOf(30, 30), 1);
});
