import assert from "node:assert/strict";
import { test } from "node:test";
import { elementName, slopeOf } from "../../../../static/js/panels/why/elements.js";
import { meet } from "../../../../static/js/panels/why/room.js";

test("an element is named as in sentences", () => {
  assert.equal(elementName("x", []), "x");
  assert.equal(elementName("W", [2, 1]), "W[2, 1]");
  assert.equal(elementName("X · W", [0]), "(X · W)[0]");
});

test("a slope is that of the output, whatever gradient comes in there", () => {
  assert.equal(slopeOf(13, 1.3), 10);
  assert.equal(slopeOf(13, [1, 2]), 13);
  assert.equal(slopeOf(0, 0), 0);
});

test("marks that only touch do not meet", () => {
  const box = { x: 0, y: 0, width: 10, height: 10 };
  assert.equal(meet(box, { x: 10, y: 0, width: 5, height: 5 }), false);
  assert.equal(meet(box, { x: 9, y: 9, width: 5, height: 5 }), true);
});
