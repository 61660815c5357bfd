import assert from "node:assert/strict";
import { test } from "node:test";
import { originOf, pathBox } from "../../../../static/js/figure/picture/boxes.js";

test("a path's box holds its corners and the points of its bends", () => {
  assert.deepEqual(pathBox("M10,20L30.5,20Q44.5,20 44.5,6L44.5,-8.5C44.5,-20 50,-20 60,-20"), { x: 10, y: -20, width: 50, height: 40 });
  assert.deepEqual(pathBox(""), { x: 0, y: 0, width: 0, height: 0 });
});

test("the origin of a part is where its transform leads", () => {
  const part = (/** @type {string | null} */ transform) => /** @type {any} */ ({ getAttribute: () => transform });
  assert.deepEqual(originOf(part("translate(12.5,-3)")), { x: 12.5, y: -3 });
  assert.deepEqual(originOf(part(null)), { x: 0, y: 0 });
});
