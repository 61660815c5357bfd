import assert from "node:assert/strict";
import { test } from "node:test";
import { scaleOf } from "../../../../static/js/panels/why/second.js";

test("a picture fits its place, is never blown up, and tells its numbers", () => {
  assert.equal(scaleOf({ width: 800, height: 200 }, { width: 720, height: 400 }), 0.9);
  assert.equal(scaleOf({ width: 100, height: 100 }, { width: 900, height: 900 }), 1.4);
  assert.equal(scaleOf({ width: 9000, height: 10 }, { width: 10, height: 10 }), 0.86);
});
