import assert from "node:assert/strict";
import { test } from "node:test";
import { createEditHistory } from "../../../static/js/workbench/edit-history.js";

test("undo goes back and redo forth, and both end", () => {
  const history = createEditHistory("a");
  history.record("b", undefined, 0);
  history.record("c", undefined, 1);
  assert.equal(history.undo(), "b");
  assert.equal(history.undo(), "a");
  assert.equal(history.undo(), undefined);
  assert.equal(history.redo(), "b");
  assert.equal(history.redo(), "c");
  assert.equal(history.redo(), undefined);
});

test("edits of one kind in a row are one edit", () => {
  const history = createEditHistory("");
  history.record("w", "typing", 0);
  history.record("wo", "typing", 100);
  history.record("wor", "typing", 900);
  assert.equal(history.undo(), "");
  assert.equal(history.redo(), "wor");
});

test("a pause, another kind, or an undo begins a new edit", () => {
  const history = createEditHistory("0");
  history.record("1", "typing", 0);
  history.record("2", "typing", 5000);
  history.record("3", "slider", 5100);
  assert.equal(history.undo(), "2");
  history.record("4", "slider", 5150);
  assert.equal(history.undo(), "2");
  assert.equal(history.undo(), "1");
});

test("an edit after an undo forgets what was undone", () => {
  const history = createEditHistory("a");
  history.record("b", undefined, 0);
  history.undo();
  history.record("c", undefined, 1);
  assert.equal(history.canRedo, false);
  assert.equal(history.undo(), "a");
});

test("a long line of edits forgets its beginning only", () => {
  const history = createEditHistory(0);
  for (let i = 1; i <= 1000; i += 1) history.record(i, undefined, i);
  assert.equal(history.undo(), 999);
  let steps = 1;
  while (history.undo() !== undefined) steps += 1;
  assert.equal(steps, 199);
});

test("a consequence of an edit is taken back with it", () => {
  const history = createEditHistory("a");
  history.record("b", undefined, 0);
  history.amend("b, tidied");
  history.record("c", undefined, 1);
  assert.equal(history.undo(), "b, tidied");
  assert.equal(history.undo(), "a");
});
