import assert from "node:assert/strict";
import { test } from "node:test";
import { divergingScale, fromOklab, isBright, POLES, scaleOf, toOklab, UNKNOWN } from "../../../static/js/kit/diverging-scale.js";

const paper = /** @type {import("../../../static/js/kit/diverging-scale.js").Rgb} */ ([253, 252, 249]);
const colour = divergingScale({ ...POLES, zero: paper, nan: UNKNOWN }, 2);

test("colours go to OKLab and back", () => {
  for (const rgb of [paper, POLES.negative, POLES.positive, UNKNOWN]) assert.deepEqual(fromOklab(toOklab(rgb)), rgb);
});

test("zero is paper, the scale's ends are the poles, what is beyond has the poles too", () => {
  assert.deepEqual(colour(0), paper);
  assert.deepEqual(colour(2), POLES.positive);
  assert.deepEqual(colour(-2), POLES.negative);
  assert.deepEqual(colour(Infinity), POLES.positive);
  assert.deepEqual(colour(NaN), UNKNOWN);
});

test("the steps are even to the eye", () => {
  const lightness = [0, 0.5, 1, 1.5, 2].map((value) => toOklab(colour(value))[0]);
  const steps = lightness.slice(1).map((l, k) => (lightness[k] ?? 0) - l);
  for (const step of steps) assert.ok(Math.abs(step - (steps[0] ?? 0)) < 0.01);
});

test("the poles are equally light, so neither sign is louder", () => {
  assert.ok(Math.abs(toOklab(POLES.negative)[0] - toOklab(POLES.positive)[0]) < 0.01);
});

test("the scale is the largest finite size", () => {
  assert.equal(scaleOf([1, -3, NaN, Infinity]), 3);
  assert.equal(scaleOf([]), 0);
});

test("letters are black on paper and white on night", () => {
  assert.equal(isBright(paper), true);
  assert.equal(isBright([23, 24, 26]), false);
});
