import assert from "node:assert/strict";
import { test } from "node:test";
import { chosen } from "../../../../static/js/panels/kinks/choice.js";

test("one convention a kink; the default one is not named", () => {
  const one = chosen([], { name: "relu.zero.one", default: false });
  assert.deepEqual(one, ["relu.zero.one"]);
  const two = chosen(one, { name: "maximum.tie.first", default: false });
  assert.deepEqual(two, ["relu.zero.one", "maximum.tie.first"]);
  assert.deepEqual(chosen(two, { name: "relu.zero.half", default: false }), ["maximum.tie.first", "relu.zero.half"]);
  assert.deepEqual(chosen(two, { name: "relu.zero.zero", default: true }), ["maximum.tie.first"]);
});
