import assert from "node:assert/strict";
import { test } from "node:test";
import { evenLines, isBetterDown, isCutOff, lineWidth, linesOf, sizeOf } from "../../../../static/js/figure/picture/direction.js";

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

test("a picture that was to be broken says in how many lines it stands", () => {
  assert.equal(linesOf('<svg class="graph" viewBox="0 0 700 1650" data-lines="13"><rect data-lines="2"/></svg>'), 13);
  assert.equal(linesOf('<svg class="graph"><rect data-lines="2"/></svg>'), 0);
});

test("a line fills its view where its numbers can just be read", () => {
  // 980 of 1000 pixels, at a scale of 12 / 20.
  assert.equal(lineWidth(1000, 12), 1600);
  assert.equal(lineWidth(1000, 14), 1400);
  assert.equal(lineWidth(0, 12), 200);
});

test("a chain is broken evenly into as many lines as make it largest", () => {
  const chain = { width: 2400, height: 114 };
  const { lines, wrap } = evenLines(chain, { width: 1086, height: 558 });
  assert.equal(lines, 3);
  assert.ok(wrap >= 2400 / 3 && 1.5 * wrap < 2400, `${wrap}`);
  // A net is too high for two lines in the same view.
  assert.equal(evenLines({ width: 2064, height: 473 }, { width: 1086, height: 458 }).lines, 1);
  // One that runs down has columns instead.
  assert.equal(evenLines({ width: 168, height: 1428 }, { width: 358, height: 523 }, true).lines, 2);
});
