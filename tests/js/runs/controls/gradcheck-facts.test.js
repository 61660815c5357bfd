import assert from "node:assert/strict";
import { test } from "node:test";
import { failingPoints, largest, scatterOf, worstOf } from "../../../../static/js/runs/controls/gradcheck-facts.js";

/** @param {number} k @param {any} excess */
const element = (k, excess) => ({ index: [k], backprop: 1, numerical: 1, absolute: 0, relative: 0, excess });
/** @param {string} id @param {any[]} excesses @param {any[][]} points */
const parameter = (id, excesses, points) => ({
  id, count: 9, of: 9, ok: true, failing: 0, absolute: 0, relative: 0,
  worst: excesses.map((excess, k) => element(k, excess)),
  scatter: { numerical: points.map(([x]) => x), backprop: points.map(([, y]) => y) },
});
const answer = {
  ok: true, count: 18, seconds: 0.1, images: 2, step: 7,
  parameters: [
    parameter("W1", [0.5, 0.2], [[1, 1.5], [-4, -4], [0, 0]]),
    parameter("b1", [0.9, "NaN", 0.1], [[0.001, 0.001], ["NaN", 2]]),
  ],
};

test("the worst of all come first, whichever parameter they belong to; no number is the worst", () => {
  assert.deepEqual(worstOf(answer, null, 3).map(({ id, index }) => `${id}[${index}]`), ["b1[1]", "b1[0]", "W1[0]"]);
  assert.deepEqual(worstOf(answer, "W1", 9).map(({ index }) => index[0]), [0, 1]);
});

test("the largest number, or NaN if one is", () => {
  assert.equal(largest([1, "Infinity", 2]), Infinity);
  assert.equal(largest([]), 0);
  assert.ok(Number.isNaN(largest([1, "NaN", 2])));
});

test("axes are alike and hold zero in their middle", () => {
  const { points, domain, left } = scatterOf(answer, null, false);
  assert.equal(points.length, 4);
  assert.equal(left, 1);
  assert.deepEqual(domain, [-4.2, 4.2]);
  assert.deepEqual(scatterOf(answer, "b1", false).points, [{ x: 0.001, y: 0.001 }]);
});

test("by powers of ten only sizes count, and zeros have no place", () => {
  const { points, domain, left } = scatterOf(answer, null, true);
  assert.deepEqual(points, [{ x: 1, y: 1.5 }, { x: 4, y: 4 }, { x: 0.001, y: 0.001 }]);
  assert.equal(left, 2);
  assert.deepEqual(domain, [0.001, 10]);
});

test("where all are alike, or nothing is there, an axis still has two ends", () => {
  const one = { ...answer, parameters: [parameter("b1", [], [[1, 1]])] };
  assert.deepEqual(scatterOf(one, null, true).domain, [1, 10]);
  const none = { ...answer, parameters: [parameter("b1", [], [[0, 0]])] };
  assert.deepEqual(scatterOf(none, null, false).domain, [-1.05, 1.05]);
  const [low, high] = scatterOf(none, null, true).domain;
  assert.ok(low > 0 && high > low);
});

test("elements that do not agree have their place among the points", () => {
  const wrong = parameter("W1", [], []);
  wrong.worst = [
    { ...element(0, 3), numerical: -2, backprop: 1 },
    { ...element(1, "Infinity"), numerical: 0, backprop: 1 },
    { ...element(2, "NaN"), numerical: "NaN", backprop: 1 },
    { ...element(3, 1), numerical: 5, backprop: 5 },
  ];
  const broken = { ...answer, parameters: [wrong] };
  assert.deepEqual(failingPoints(broken, null, false), [{ x: -2, y: 1 }, { x: 0, y: 1 }]);
  assert.deepEqual(failingPoints(broken, null, true), [{ x: 2, y: 1 }]);
  assert.deepEqual(failingPoints(answer, "W1", false), []);
});
