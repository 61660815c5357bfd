import assert from "node:assert/strict";
import { test } from "node:test";
import { isPartOf, keptInputs } from "../../../static/js/panels/inputs.js";
import { rangeAround } from "../../../static/js/panels/slider-range.js";
import { stepped } from "../../../static/js/panels/stepped.js";

test("a literal edited in the program wins over its slider; the other sliders stay", () => {
  const before = [{ name: "a", default: 1 }, { name: "b", default: 2 }, { name: "gone", default: 3 }];
  const now = [{ name: "a", default: 5 }, { name: "b", default: 2 }];
  assert.deepEqual(keptInputs({ a: 9, b: 8, gone: 7 }, before, now), { b: 8 });
});

test("inputs of a link are kept when nothing was shown before", () => {
  assert.deepEqual(keptInputs({ a: 9 }, [], [{ name: "a", default: 1 }]), { a: 9 });
});

test("a step stays on the grid of the step", () => {
  assert.equal(stepped(1.1, 0.1, 0.1), 1.2);
  assert.equal(stepped(0.3, -0.1, 0.1), 0.2);
  assert.equal(stepped(100, 10, 1), 110);
  assert.equal(stepped(0, 1e-7, 1e-7), 1e-7);
});

test("a slider's range follows a value outside it, and one too small for it", () => {
  const range = { min: 0, max: 200, step: 1 };
  assert.equal(rangeAround(range, 130), range);
  assert.equal(rangeAround(range, 0), range);
  assert.deepEqual(rangeAround(range, 100000), { min: 0, max: 200000, step: 1000 });
  assert.deepEqual(rangeAround(range, 0.003), { min: 0, max: 0.006, step: 1e-5 });
  assert.deepEqual(rangeAround(range, -20), { min: -40, max: 0, step: 0.1 });
  assert.deepEqual(rangeAround({ min: -5, max: 5, step: 0.1 }, 40), { min: -80, max: 80, step: 0.1 });
  assert.equal(rangeAround(range, 1e308).max, 1e308);
  assert.equal(rangeAround(range, 5e-324), range);
});

test("a half-read program keeps the rows of its own inputs, not those of the program before", () => {
  const names = (/** @type {string[]} */ ...all) => all.map((name) => ({ name }));
  const program = "apple = 1\nx = w = appl\napple_num = 2\ntax = 1.1";
  assert.ok(isPartOf(names("apple"), names("apple", "tax"), program));
  assert.ok(!isPartOf(names("x", "w"), names("apple", "apple_num", "tax"), program));
  assert.ok(!isPartOf(names("apple", "tax"), names("apple", "tax"), program));
  // An input whose line has been deleted is gone, whatever longer word has its name in it.
  assert.ok(!isPartOf(names("x", "w"), names("x", "w", "b"), "x = 2\nw = 1\nz = abs(x * w"));
  assert.ok(isPartOf(names("값"), names("값", "수"), "값 = 2\n수 = "));
});
