import assert from "node:assert/strict";
import { test } from "node:test";
import { isBetterDown, isCutOff, sizeOf } from "../../../../static/js/figure/picture/direction.js";

const PHONE = { width: 390, height: 364 };

test("a picture states its size in its first tag", () => {
  assert.deepEqual(sizeOf('<svg class="graph" viewBox="0 0 720.5 304" width="720.5"><rect viewBox="0 0 1 1"/></svg>'), { width: 720.5, height: 304 });
  assert.equal(sizeOf("<svg><g/></svg>"), null);
});

test("a picture is cut off where its numbers cannot grow until they can be read", () => {
  // 370 of 600 pixels: letters of 12 pixels need 19.5 of the 20 that there are.
  assert.equal(isCutOff({ width: 600, height: 100 }, PHONE, 12), false);
  assert.equal(isCutOff({ width: 640, height: 100 }, PHONE, 12), true);
  assert.equal(isCutOff({ width: 600, height: 100 }, PHONE, 14), true);
});

test("a picture runs down only where more of it is seen so", () => {
  assert.equal(isBetterDown({ width: 1000, height: 200 }, { width: 250, height: 700 }, PHONE), true);
  assert.equal(isBetterDown({ width: 1000, height: 200 }, { width: 250, height: 2000 }, PHONE), false);
});
