import assert from "node:assert/strict";
import { test } from "node:test";
import { isAmbiguous, readDecimal, withPoint } from "../../../static/js/kit/decimal-comma.js";

test("a decimal comma is a point, commas between thousands are dropped", () => {
  for (const [text, number] of /** @type {const} */ ([["0,01", 0.01], ["−2,5", -2.5], [",5", 0.5], ["1,5e-3", 0.0015], ["10,000", 10_000], ["1,234,567.5", 1_234_567.5], ["2.5", 2.5]])) {
    assert.equal(Number(withPoint(text)), number, text);
  }
});

test("a decimal with one group of thousands is nobody's number", () => {
  for (const text of ["1,500", "12,345", "-1,000"]) {
    assert.ok(isAmbiguous(text), text);
    assert.ok(Number.isNaN(readDecimal(text)), text);
  }
  for (const text of ["0,500", "1,50", "1,5000", "1,234,567"]) assert.ok(!isAmbiguous(text), text);
  for (const text of ["", " ", "1,2,3", "1.2,3", "a"]) assert.ok(Number.isNaN(readDecimal(text)), text);
});
