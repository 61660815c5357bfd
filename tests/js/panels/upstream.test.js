import assert from "node:assert/strict";
import { test } from "node:test";
import { fits } from "../../../static/js/panels/upstream.js";

test("a number flows into any output, a list only into one of its shape", () => {
  for (const shape of [[], [3], [2, 3]]) assert.ok(fits(1.3, shape));
  assert.ok(fits([[1, 2, 3], [4, 5, 6]], [2, 3]));
  assert.ok(!fits([1, 2, 3], [2, 3]));
  assert.ok(!fits([[1, 2], [3, 4]], [2, 3]));
  assert.ok(!fits([1], []));
});
