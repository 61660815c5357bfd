import assert from "node:assert/strict";
import { test } from "node:test";
import { proposedFix } from "../../../static/js/workbench/program-fix.js";

const problem = { type: "/api#program", title: "", status: 422, detail: "`aple` is not defined." };

test("a misspelt name is replaced where it stands", () => {
  const at = { line: 2, column: 9, end_column: 13 };
  assert.deepEqual(proposedFix({ ...problem, ...at, hint: "did you mean `apple`?" }), {
    line: 2,
    column: 9,
    endColumn: 13,
    text: "apple",
  });
  assert.equal(proposedFix({ ...problem, ...at, hint: "혹시 `사과`인가요?" })?.text, "사과");
});

test("a missing value is put on a line above", () => {
  const fix = proposedFix({ ...problem, line: 3, column: 7, end_column: 8, hint: "give it a value above, as in `a = 1`" });
  assert.deepEqual(fix, { line: 3, column: 1, endColumn: 1, text: "a = 1\n" });
});

test("a hint in words, of two codes, or without a place proposes nothing", () => {
  assert.equal(proposedFix({ ...problem, line: 1, column: 1, end_column: 2, hint: "use `*` for products" }), null);
  assert.equal(proposedFix({ ...problem, line: 1, column: 1, end_column: 2, hint: "`a` or `b`" }), null);
  assert.equal(proposedFix({ ...problem, hint: "did you mean `apple`?" }), null);
  assert.equal(proposedFix({ ...problem, line: 1, column: 1 }), null);
});
