import assert from "node:assert/strict";
import { test } from "node:test";
import { isFar, opacity } from "../../../../static/js/figure/picture/far.js";
import { growth, overhang, readFits } from "../../../../static/js/figure/picture/letters.js";

test("a text is read with the point about which it grows", () => {
  assert.deepEqual(readFits("14 20 283.5 -120"), { size: 14, most: 20, least: 0, x: 283.5, y: -120 });
  assert.deepEqual(readFits("15 200 1 2 30"), { size: 15, most: 200, least: 30, x: 1, y: 2 });
});

test("letters grow from afar until they have no room", () => {
  const fits = { size: 14, most: 21, least: 0 };
  assert.equal(growth(fits, 6), 1);
  assert.equal(growth(fits, 14), 1);
  assert.equal(growth(fits, 21), 1.5);
  assert.equal(growth(fits, 21.1), 0);
});

test("a text is seen at its own size even where it has no room to grow", () => {
  assert.equal(growth({ size: 13, most: 12, least: 0 }, 13), 1);
  assert.equal(growth({ size: 13, most: 12, least: 0 }, 13.1), 0);
});

test("some texts are seen only from afar", () => {
  assert.equal(growth({ size: 15, most: 200, least: 30 }, 29), 0);
  assert.equal(growth({ size: 15, most: 200, least: 30 }, 45), 3);
});

test("far begins where a node is smaller than a word", () => {
  assert.ok(!isFar(12));
  assert.ok(isFar(12 / 0.3));
});

test("the larger a number, the fuller its colour", () => {
  const levels = [..."012345678"].map(opacity);
  assert.deepEqual(levels, [...levels].sort((a, b) => a - b));
  assert.deepEqual([opacity("0"), opacity("8"), opacity("9")], [0, 0.9, 1]);
});

test("names reach the farther beyond a picture, the larger they are", () => {
  const told = "16,0.0,0.0 24,1.5,0.0 48,3.0,0.5";
  assert.deepEqual(overhang(told, 12), { left: 0, right: 0 });
  assert.deepEqual(overhang(told, 20), { left: 1.5, right: 0 });
  assert.deepEqual(overhang(told, 99), { left: 3, right: 0.5 });
});
