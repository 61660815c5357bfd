import assert from "node:assert/strict";
import { test } from "node:test";
import { BOX, SMALL_BOX, corner } from "../../../../static/js/panels/kinks/corner.js";

/** Slope of the line from `a` to `b`, as drawn: upwards is positive. */
const slope = ([x0, y0], [x1, y1]) => -(y1 - y0) / (x1 - x0);
const near = (a, b) => assert.ok(Math.abs(a - b) < 1e-9, `${a} is not ${b}`);

test("slopes of 0 and ±1 are drawn as they are", () => {
  const relu = corner({ left: 0, right: 1, passed: 0.5 });
  near(slope(relu.left, relu.at), 0);
  near(slope(relu.at, relu.right), 1);
  near(slope(...relu.passed), 0.5);
  const abs = corner({ left: -1, right: 1, passed: 0 });
  near(slope(abs.left, abs.at), -1);
  near(slope(abs.at, abs.right), 1);
});

test("steep slopes keep their order and their ratio within the box", () => {
  const drawn = corner({ left: 10, right: 100, passed: 55 });
  const [left, passed, right] = [slope(drawn.left, drawn.at), slope(...drawn.passed), slope(drawn.at, drawn.right)];
  assert.ok(left < passed && passed < right);
  near(right / left, 10);
});

test("an infinite slope stands upright; a side without slope has no line", () => {
  const root = corner({ left: NaN, right: Infinity, passed: Infinity });
  assert.equal(root.left, null);
  near(root.right[0], root.at[0]);
  assert.ok(root.right[1] < root.at[1]);
  assert.deepEqual(root.between, []);
});

test("the slopes in between are the wedges of both sides", () => {
  assert.equal(corner({ left: 0, right: 1, passed: 0 }).between.length, 2);
  assert.deepEqual(corner({ left: 1, right: 1, passed: 1 }).between, []);
});

test("everything stays inside the box", () => {
  for (const left of [-Infinity, -100, -1, 0, 1, 100, Infinity, NaN]) {
    for (const right of [-Infinity, -3, 0, 1, 1e9, Infinity]) {
      for (const passed of [0, 1, left, right]) {
        const { at, left: l, right: r, passed: p, between } = corner({ left, right, passed });
        for (const [x, y] of [at, l, r, ...(p ?? []), ...between.flat()].filter(Boolean)) {
          assert.ok(x >= 0 && x <= BOX.width && y >= -1 && y <= BOX.height + 1, `${left} ${right} ${passed}: ${x}, ${y}`);
        }
      }
    }
  }
});
