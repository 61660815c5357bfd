import assert from "node:assert/strict";
import { test } from "node:test";
import { letterOf } from "../../../static/js/kit/shortcuts.js";

test("a letter is the same small, large and on a Korean keyboard", () => {
  assert.equal(letterOf({ key: "t", code: "KeyT" }), "t");
  assert.equal(letterOf({ key: "T", code: "KeyT" }), "t");
  assert.equal(letterOf({ key: "ㅅ", code: "KeyT" }), "t");
});

test("a letter is the one on the keycap, not the place of the key", () => {
  assert.equal(letterOf({ key: "z", code: "KeyY" }), "z");
});

test("signs and named keys stay as they are", () => {
  assert.equal(letterOf({ key: "[", code: "BracketLeft" }), "[");
  assert.equal(letterOf({ key: "Escape", code: "Escape" }), "Escape");
});
