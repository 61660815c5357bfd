import assert from "node:assert/strict";
import { test } from "node:test";
import { carryOver } from "../../../../static/js/figure/picture/flip.js";
import { freeCorner, seenPart } from "../../../../static/js/figure/picture/minimap.js";
import { bringWhole, fitAround, fitTransform, isLost, keepPart, partsOf, scaledAbout, shiftIntoView } from "../../../../static/js/figure/picture/zoom-geometry.js";

test("a wide picture fits by its width, in the middle", () => {
  const { k, x, y } = fitTransform({ width: 1000, height: 100 }, { width: 548, height: 400 }, { margin: 24 });
  assert.equal(k, 0.5);
  assert.equal(x, 24);
  assert.equal(y, 175);
});

test("a small picture is not blown up past the largest scale", () => {
  assert.equal(fitTransform({ width: 10, height: 10 }, { width: 500, height: 500 }, { largest: 1.35 }).k, 1.35);
});

test("what cannot be read when it fits is shown from its beginning", () => {
  const { k, x } = fitTransform({ width: 2000, height: 100 }, { width: 400, height: 300 }, { smallest: 0.5, margin: 10 });
  assert.equal(k, 0.5);
  assert.equal(x, 10);
});

test("what cannot be read when it fits is shown at its end where that is the point", () => {
  const limits = { smallest: 0.5, margin: 10, atEnd: true };
  const { k, x } = fitTransform({ width: 2000, height: 100 }, { width: 400, height: 300 }, limits);
  assert.equal(2000 * k + x, 390);
});

test("a picture a little too large is shown whole all the same", () => {
  const limits = { smallest: 0.7, tolerated: 0.58, margin: 0 };
  assert.equal(fitTransform({ width: 1000, height: 100 }, { width: 600, height: 300 }, limits).k, 0.6);
  assert.equal(fitTransform({ width: 1000, height: 100 }, { width: 500, height: 300 }, limits).k, 0.7);
});

test("of a picture too high its beginning is shown", () => {
  const { k, y } = fitTransform({ width: 100, height: 4000 }, { width: 400, height: 300 }, { smallest: 0.5, start: 3000 });
  assert.equal(k, 0.5);
  assert.equal(3000 * k + y, 150);
});

test("a box in view needs no shift, one outside the smallest", () => {
  const view = { width: 400, height: 300 };
  assert.deepEqual(shiftIntoView({ x: 100, y: 100, width: 40, height: 40 }, view, 20), { dx: 0, dy: 0 });
  assert.deepEqual(shiftIntoView({ x: -50, y: 290, width: 40, height: 40 }, view, 20), { dx: 70, dy: -50 });
});

test("a box larger than the view is put in its middle", () => {
  assert.equal(shiftIntoView({ x: 0, y: 0, width: 500, height: 10 }, { width: 400, height: 300 }, 20).dx, -50);
});

test("the part in view is cut to the picture", () => {
  const picture = { width: 200, height: 100 };
  const view = { width: 100, height: 100 };
  assert.deepEqual(seenPart({ x: -50, y: 0, k: 1 }, picture, view), { x: 50, y: 0, width: 100, height: 100, whole: false });
  assert.equal(seenPart({ x: 0, y: 0, k: 0.5 }, picture, view).whole, true);
  assert.equal(seenPart({ x: -900, y: 0, k: 1 }, picture, view).width, 0);
});

test("an old place lies elsewhere in a picture seen under another transform", () => {
  const place = carryOver({ x: 100, y: 50 }, { x: 10, y: 0, k: 1 }, { x: 10, y: 0, k: 2 });
  assert.deepEqual(place, { x: 50, y: 25 });
  assert.deepEqual(carryOver({ x: 3, y: 4 }, { x: 7, y: 7, k: 3 }, { x: 7, y: 7, k: 3 }), { x: 3, y: 4 });
});

test("a picture is fitted round a place that stays", () => {
  const view = { width: 400, height: 300 };
  const { k, x, y } = fitAround({ width: 1000, height: 100 }, view, { x: 900, y: 50 }, { x: 320, y: 150 }, { margin: 20 });
  assert.equal(k, 300 / 900);
  assert.equal(900 * k + x, 320);
  assert.equal(50 * k + y, 150);
  assert.equal(fitAround({ width: 10, height: 10 }, view, { x: 5, y: 5 }, { x: 50, y: 50 }, { largest: 1.35 }).k, 1.35);
});

test("a box that fits beside its clicked place stays, one outside is shifted, one too large is shrunk", () => {
  const view = { width: 400, height: 300 };
  const start = { x: 100, y: 100, k: 1 };
  const at = { x: 0, y: 0 };
  const seen = bringWhole({ x: 0, y: 0, width: 200, height: 100 }, view, at, start, 20);
  assert.deepEqual(seen, start);
  const shifted = bringWhole({ x: 0, y: 0, width: 340, height: 100 }, view, at, start, 20);
  assert.equal(shifted.k, 1);
  assert.ok(Math.abs(shifted.x - 40) < 0.1);
  assert.equal(shifted.y, 100);
  const shrunk = bringWhole({ x: 0, y: 0, width: 720, height: 100 }, view, at, start, 20);
  assert.equal(shrunk.k, 0.5);
  assert.ok(Math.abs(shrunk.x - 20) < 0.1);
});

test("a picture of which nearly nothing is in view is lost", () => {
  const view = { width: 400, height: 300 };
  assert.equal(isLost({ width: 1000, height: 100 }, view, { x: 0, y: 0, k: 1 }), false);
  assert.equal(isLost({ width: 1000, height: 100 }, view, { x: -990, y: 0, k: 1 }), true);
  assert.equal(isLost({ width: 100, height: 100 }, view, { x: 390, y: 290, k: 1 }), true);
  assert.equal(isLost({ width: 5000, height: 5000 }, view, { x: -2000, y: -2000, k: 1 }), false);
});

test("no move takes a picture out of view", () => {
  const view = { width: 400, height: 300 };
  assert.deepEqual(keepPart({ width: 200, height: 100 }, view, { x: 50, y: 50, k: 1 }), { x: 50, y: 50, k: 1 });
  const left = keepPart({ width: 200, height: 100 }, view, { x: -900, y: 50, k: 1 });
  assert.ok(left.x + 200 >= 50);
  const right = keepPart({ width: 200, height: 100 }, view, { x: 900, y: 50, k: 1 });
  assert.ok(right.x <= 350);
});

test("the overview goes to a corner where it covers nothing", () => {
  const view = { width: 400, height: 300 };
  const size = { width: 100, height: 60 };
  const at = { x: 0, y: 0, k: 2 };
  const low = { x: 10, y: 130, width: 20, height: 10 };
  const high = { x: 0, y: 0, width: 20, height: 10 };
  const right = { x: 180, y: 10, width: 10, height: 10 };
  assert.equal(freeCorner([], at, view, size), "bottom-left");
  assert.equal(freeCorner([low], at, view, size), "top-left");
  assert.equal(freeCorner([low, high], at, view, size), "top-right");
  assert.equal(freeCorner([low, high, right], at, view, size), null);
});

test("of a picture that runs down its bottom is shown where the output is the point, else its top", () => {
  const [picture, view] = [{ width: 1000, height: 4000 }, { width: 400, height: 300 }];
  const limits = { smallest: 0.5, margin: 10, down: true, start: 900 };
  const end = fitTransform(picture, view, { ...limits, atEnd: true });
  assert.equal(4000 * end.k + end.y, 290);
  assert.equal(1000 * end.k + end.x, 390);
  assert.equal(fitTransform(picture, view, limits).y, 10);
  assert.equal(fitTransform(picture, view, { ...limits, start: 400 }).x, 0);
  assert.deepEqual(fitTransform({ width: 100, height: 100 }, view, limits), fitTransform({ width: 100, height: 100 }, view, { margin: 10 }));
});

test("a picture is seen part by part, line by line, from its first corner to its last", () => {
  const view = { width: 1200, height: 400 };
  assert.deepEqual(partsOf({ width: 1120, height: 395 }, view, 1.1), [], "as a whole, nearly");
  const parts = partsOf({ width: 2300, height: 700 }, view, 1);
  assert.equal(parts.length, 4);
  assert.deepEqual(parts[0], { k: 1, x: 12, y: 12 });
  const { x, y } = parts[3] ?? { x: 0, y: 0 };
  assert.deepEqual([x + 2300, y + 700], [1200 - 12, 400 - 12]);
  assert.ok((parts[1]?.x ?? 0) < 12 && parts[1]?.y === 12);
});

test("a picture is enlarged about a place that stays, within its range", () => {
  assert.deepEqual(scaledAbout({ x: 10, y: 20, k: 1 }, 2, { x: 110, y: 70 }, [0.05, 9]), { k: 2, x: -90, y: -30 });
  assert.deepEqual(scaledAbout({ x: 10, y: 20, k: 6 }, 2, { x: 10, y: 20 }, [0.05, 9]), { k: 9, x: 10, y: 20 });
});
