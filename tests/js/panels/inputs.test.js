import assert from "node:assert/strict";
import { test } from "node:test";
import { keptInputs } from "../../../static/js/panels/inputs.js";
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
