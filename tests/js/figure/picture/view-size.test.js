import assert from "node:assert/strict";
import { test } from "node:test";

import { MARGINS } from "../../../../static/js/figure/picture/measures.js";
import { viewSize } from "../../../../static/js/figure/picture/view-size.js";
import { fitTransform } from "../../../../static/js/figure/picture/zoom-geometry.js";

test("a picture that fits stands as it was drawn, with its margin", () => {
  assert.deepEqual(viewSize({ width: 700, height: 160 }, 960, 600), { width: 960, height: 200, scale: 1 });
});

test("a wider one is made smaller until it fits", () => {
  const { width, height, scale } = viewSize({ width: 1150, height: 300 }, 960, 600);
  assert.equal(width, 960);
  assert.equal(scale, 0.8);
  assert.equal(height, 280);
});

test("a picture is seen as a whole, however wide", () => {
  assert.deepEqual(viewSize({ width: 2000, height: 160 }, 940, 500), { width: 940, height: 112, scale: 0.45 });
  assert.equal(viewSize({ width: 760, height: 160 }, 358, 500).width, 358);
});

test("boxes to fill in that could not be read smaller are scrolled sideways", () => {
  const { width, scale } = viewSize({ width: 760, height: 160 }, 358, 500, true);
  assert.equal(scale, 0.7);
  assert.equal(width, 552);
  assert.equal(viewSize({ width: 1400, height: 160 }, 940, 500, true).width, 940);
  assert.equal(viewSize({ width: 2000, height: 160 }, 940, 500, true).scale, 0.59);
});

/** @param {number[]} scales @param {number} [names] */
const read = (scales, names = 0) => ({ scales, beyond: () => names });

test("on a phone a picture is as large as its numbers need, and no larger where it fits", () => {
  assert.deepEqual(viewSize({ width: 600, height: 500 }, 358, 500, false, read([0.6])), { width: 380, height: 320, scale: 0.6 });
  assert.equal(viewSize({ width: 600, height: 500 }, 358, 500, false, read([0.6], 30)).width, 410);
  assert.equal(viewSize({ width: 400, height: 500 }, 358, 500, false, read([0.6])).scale, 0.845);
  assert.equal(viewSize({ width: 400, height: 1000 }, 358, 500, false, read([0.9])).scale, 0.9);
});

test("one that would be too large there shows what it can, or is seen from far", () => {
  assert.equal(viewSize({ width: 900, height: 500 }, 358, 500, false, read([0.9, 0.6])).scale, 0.6);
  assert.equal(viewSize({ width: 1690, height: 500 }, 358, 500, false, read([0.9, 0.6])).scale, 0.2);
  assert.equal(viewSize({ width: 300, height: 2500 }, 358, 500, false, read([0.9, 0.65])).scale, 0.6);
});

test("where a page is wide a picture is seen as a whole, whatever its numbers need", () => {
  assert.equal(viewSize({ width: 2000, height: 160 }, 940, 500, false, read([0.9])).scale, 0.45);
});

test("the margin goes by the view's own width, as that of the zoom does", () => {
  // Scrolled on a phone, a view of 712 is wide: 20 on each side, and the picture keeps its scale.
  assert.deepEqual(viewSize({ width: 960, height: 200 }, 358, 500, true), { width: 712, height: 180, scale: 0.7 });
  assert.equal(viewSize({ width: 700, height: 200 }, 358, 500, true).height, 160);
});

test("a high picture is made smaller for the screen, and no smaller than can be read", () => {
  assert.equal(viewSize({ width: 600, height: 800 }, 960, 600).height, 600);
  assert.equal(viewSize({ width: 600, height: 2000 }, 960, 600).scale, 0.6);
});

test("the zoom shows the picture at the scale that its room was made for, never cut", () => {
  for (const room of [356, 356.5, 704, 992, 1088]) {
    for (const width of [378, 915, 1246, 1780, 1801, 2323, 2866]) {
      for (const [boxes, limits] of /** @type {const} */ ([[true, { smallest: 0.7, tolerated: 0.58 }], [false, {}]])) {
        const { width: across, height, scale } = viewSize({ width, height: 330 }, room, 560, boxes);
        const margin = MARGINS[across < 600 ? "narrow" : "wide"];
        const { k } = fitTransform({ width, height: 330 }, { width: across, height }, { ...limits, margin });
        assert.ok(Math.abs(k - scale) < 0.01, `${width} in ${room}: ${k} for ${scale}`);
      }
    }
  }
});
