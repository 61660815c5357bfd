import assert from "node:assert/strict";
import { test } from "node:test";
import { arrowWidth } from "../../../../static/js/runs/picture/picture.js";

test("an arrow is thinner by powers of ten, and never gone", () => {
  assert.equal(arrowWidth(1, 1), 7);
  assert.equal(arrowWidth(0.01, 1), 4);
  assert.equal(arrowWidth(1e-9, 1), 1);
  assert.equal(arrowWidth(0, 1), 1);
  assert.equal(arrowWidth(Number.NaN, 1), 1);
  assert.equal(arrowWidth(Infinity, 1), 7);
});
