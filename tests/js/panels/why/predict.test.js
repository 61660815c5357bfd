import assert from "node:assert/strict";
import { test } from "node:test";
import { follows } from "../../../../static/js/panels/why/predict.js";

test("a gradient follows a value whichever way it was dragged", () => {
  assert.equal(follows(21, 42), "rise");
  assert.equal(follows(-10, -20), "rise");
  assert.equal(follows(5, -1), "fall");
  assert.equal(follows(5, 0), "stay");
});
