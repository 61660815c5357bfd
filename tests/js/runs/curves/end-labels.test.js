import assert from "node:assert/strict";
import { test } from "node:test";
import { labelled, valueText } from "../../../../static/js/runs/curves/end-labels.js";

/** @param {string} run @param {string} label @param {boolean} [quiet] */
const line = (run, label, quiet = false) => /** @type {import("../../../../static/js/runs/curves/lines.js").Line} */ ({ run, label, quiet });
const names = (/** @type {ReturnType<typeof labelled>} */ lines) => lines.map(({ run, label }) => run + label);

test("shares are told in percent, sizes in three digits, nothing as a dash", () => {
  assert.equal(valueText("accuracy", 0.9731), "97.3%");
  assert.equal(valueText("dead", 0), "0.0%");
  assert.equal(valueText("loss", 0.094613), "0.0946");
  assert.equal(valueText("gradients", 6.7e-7), "6.7e-7");
  assert.equal(valueText("loss", null), "–");
});

test("lines that only stand behind others have no label", () => {
  assert.deepEqual(names(labelled([line("A", "1", true), line("A", "1"), line("A", "2")], 9)), ["A1", "A2"]);
});

test("where there is no room for all, the first and the last line of each run keep theirs", () => {
  const lines = ["A", "B"].flatMap((run) => ["1", "2", "3", "4"].map((label) => line(run, label)));
  assert.deepEqual(names(labelled(lines, 8)).length, 8);
  assert.deepEqual(names(labelled(lines, 7)), ["A1", "A4", "B1", "B4"]);
  assert.deepEqual(names(labelled(lines, 3)), ["A1", "A4", "B1"]);
});
