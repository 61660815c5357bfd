import assert from "node:assert/strict";
import { test } from "node:test";
import { columnOffset, textChange } from "../../../static/js/workbench/text-change.js";

/** @param {string} before @param {string} after */
function apply(before, after) {
  const change = textChange(before, after);
  return change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before;
}

test("the change leads from one text to the other", () => {
  for (const [before, after] of [["", "a"], ["a", ""], ["aa", "a"], ["a", "aa"], ["abc", "axc"], ["aba", "ababa"], ["x=1\ny=2", "x=1\nz=2"]]) {
    assert.equal(apply(before ?? "", after ?? ""), after);
  }
});

test("what is equal at both ends is left alone", () => {
  assert.deepEqual(textChange("tax = 1.1\nprice", "tax = 1.2\nprice"), { from: 8, to: 9, insert: "2" });
  assert.equal(textChange("same", "same"), null);
});

test("columns count characters, offsets count UTF-16 units", () => {
  assert.equal(columnOffset("abc", 1), 0);
  assert.equal(columnOffset("abc", 3), 2);
  assert.equal(columnOffset("🍎🍎 x", 4), 5);
  assert.equal(columnOffset("ab", 9), 2);
});
