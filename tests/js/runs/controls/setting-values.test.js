import assert from "node:assert/strict";
import { test } from "node:test";
import { powerOf, rateAt, readHidden, readRate, readScale, readWhole } from "../../../../static/js/runs/controls/setting-values.js";

const limits = /** @type {import("../../../../static/js/runs/client/types.js").RunLimits} */ ({ hidden_layers: 3, hidden_units: 500 });
const errorOf = (/** @type {import("../../../../static/js/runs/controls/setting-values.js").Read} */ read) => ("error" in read ? read.error : null);

test("the slider has one place a rate, and a rate of two digits a place", () => {
  assert.equal(rateAt(-1), 0.1);
  assert.equal(rateAt(-1.7), 0.02);
  assert.equal(rateAt(powerOf(0.05)), 0.05);
  assert.equal(powerOf(1e-9), -4);
  assert.equal(powerOf(500), 1);
});

test("a learning rate is a number above zero", () => {
  assert.deepEqual(readRate("0.1"), { value: 0.1 });
  assert.deepEqual(readRate(" 1e-3 "), { value: 0.001 });
  for (const text of ["", "fast", "0", "-1", "1001", "NaN", "Infinity"]) assert.ok(errorOf(readRate(text)), text);
});

test("whole numbers may carry commas, and say between what they must lie", () => {
  assert.deepEqual(readWhole("10,000", 1, 100_000), { value: 10_000 });
  assert.deepEqual(readWhole("0", 1, 1000), { error: "From {least} to {most}.", values: { least: "1", most: "1,000" } });
  assert.ok(errorOf(readWhole("1.5", 1, 10)));
  assert.ok(errorOf(readWhole("", 1, 10)));
});

test("a comma is a decimal's, or thousands', and is refused where nobody can tell", () => {
  assert.deepEqual(readRate("0,01"), { value: 0.01 });
  assert.deepEqual(readRate("1,5"), { value: 1.5 });
  assert.deepEqual(readRate("0,125"), { value: 0.125 });
  assert.deepEqual(readScale("0,05"), { value: 0.05 });
  for (const read of [readRate, readScale]) {
    assert.deepEqual(read("1,500"), { error: "Write {decimal} or {thousands}: this comma may mean either.", values: { decimal: "1.500", thousands: "1500" } });
  }
  for (const text of ["0,01,5", "0.01,5", ",", "1,,5"]) assert.ok(errorOf(readRate(text)), text);
  for (const text of ["0,01", "1,5", "1,0000"]) assert.ok(errorOf(readWhole(text, 0, 100_000)), text);
});

test("a scale of weights is 0 to 10", () => {
  assert.deepEqual(readScale("0.01"), { value: 0.01 });
  assert.ok(errorOf(readScale("11")));
  assert.ok(errorOf(readScale("-0.1")));
});

test("hidden layers keep to the limits of the server", () => {
  assert.deepEqual(readHidden("100, 50", limits), { value: [100, 50] });
  assert.deepEqual(readHidden("", limits), { value: [] });
  assert.equal(errorOf(readHidden("1,2,3,4", limits)), "At most {n} layers.");
  assert.equal(errorOf(readHidden("501", limits)), "At most {n} units per layer.");
  assert.ok(errorOf(readHidden("a", limits)));
});
