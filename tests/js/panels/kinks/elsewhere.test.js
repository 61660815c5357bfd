import assert from "node:assert/strict";
import { test } from "node:test";
import { passedHere } from "../../../../static/js/panels/kinks/elsewhere.js";

const choices = (chosen) => ["split", "first"].map((name) => ({ name, chosen: name === chosen }));

test("of a kink with conventions, the chosen one is looked for where the engines were asked", () => {
  const item = { choices: [{ name: "split", gradients: [[0, 0.5, 0.5]] }, { name: "first", gradients: [[0, 1, 0]] }] };
  // Three ties along an axis: a third each is the same convention as a half of two.
  const met = (chosen) => [{ choices: choices(chosen), places: [{ passed: 1 / 3 }] }];
  assert.deepEqual(passedHere(item, met("split")), [[0, 0.5, 0.5]]);
  assert.deepEqual(passedHere(item, met("first")), [[0, 1, 0]]);
});

test("of a kink without, what is passed here is looked for", () => {
  const met = [{ choices: [], places: [{ passed: "Infinity" }] }];
  assert.deepEqual(passedHere({ choices: [] }, met), ["Infinity"]);
  assert.deepEqual(passedHere({ choices: [] }, []), []);
});
