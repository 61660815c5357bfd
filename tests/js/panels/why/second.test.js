import assert from "node:assert/strict";
import { test } from "node:test";
import { sideOf } from "../../../../static/js/panels/why/second.js";

test("two pictures stand so that both are as large as can be", () => {
  assert.equal(sideOf({ width: 800, height: 200 }, { width: 900, height: 700 }), "above");
  assert.equal(sideOf({ width: 800, height: 200 }, { width: 1000, height: 180 }), "left");
  assert.equal(sideOf({ width: 300, height: 400 }, { width: 390, height: 300 }), "left");
  assert.equal(sideOf({ width: 100, height: 100 }, { width: 900, height: 900 }), "above");
});
