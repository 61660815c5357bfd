import assert from "node:assert/strict";
import { test } from "node:test";
import { placeIn } from "../../../../static/js/figure/picture/crowd.js";

test("parts that come stand in the picture's order, whatever order they come in", () => {
  /** @type {{at: number}[]} */
  const shown = [];
  for (const at of [5, 1, 9, 0, 7]) shown.splice(placeIn(shown, at), 0, { at });
  assert.deepEqual(shown.map(({ at }) => at), [0, 1, 5, 7, 9]);
  assert.equal(placeIn(shown, 7), 3);
  assert.equal(placeIn([], 3), 0);
});
