import assert from "node:assert/strict";
import { test } from "node:test";
import { placesToDraw } from "../../../../static/js/panels/kinks/section.js";

const place = (/** @type {number[]} */ index, /** @type {number} */ left, /** @type {number} */ right) => ({ index, left, right, passed: 0.5, left_text: "", right_text: "", passed_text: "" });
const kink = (/** @type {string} */ edge, /** @type {any[]} */ places) => /** @type {any} */ ({ edge, kink: "k", count: places.length, places });

test("elements with the same slopes are drawn once, both bounds of a clip each", () => {
  const drawn = placesToDraw([kink("x->y.0", [place([0], 0, 1), place([1], 0, 1), place([2], 1, 0)])]);
  assert.deepEqual(drawn.map(({ place }) => place.index), [[0], [2]]);
});

test("of a tie each operand is drawn, at most four pictures in all", () => {
  const both = [kink("a->y.0", [place([], 0, 1)]), kink("b->y.1", [place([], 0, 1)])];
  assert.deepEqual(placesToDraw(both).map(({ kink }) => kink.edge), ["a->y.0", "b->y.1"]);
  assert.equal(placesToDraw([kink("x->y.0", [1, 2, 3, 4, 5].map((k) => place([k], 0, k)))]).length, 4);
});
