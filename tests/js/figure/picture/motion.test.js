import assert from "node:assert/strict";
import { test } from "node:test";
import { between, covers } from "../../../../static/js/figure/picture/motion.js";

const room = { width: 800, height: 600 };
const drawn = { x: 10, y: 20, k: 0.5 };

test("a surface that has not moved needs no transform", () => {
  assert.equal(between(drawn, drawn), "");
});

test("a moved surface shows each place where the new transform puts it", () => {
  const wanted = { x: -40, y: 70, k: 0.75 };
  const [, x = 0, y = 0, k = 0] = /translate\((.+)px, (.+)px\) scale\((.+)\)/.exec(between(drawn, wanted))?.map(Number) ?? [];
  const place = { x: 123, y: 45 };
  assert.ok(Math.abs((place.x * drawn.k + drawn.x) * k + x - (place.x * wanted.k + wanted.x)) < 1e-9);
  assert.ok(Math.abs((place.y * drawn.k + drawn.y) * k + y - (place.y * wanted.k + wanted.y)) < 1e-9);
});

test("a surface twice as large as the view covers it until it has moved by half of the view", () => {
  assert.ok(covers(drawn, { ...drawn, x: drawn.x + 399 }, room));
  assert.ok(!covers(drawn, { ...drawn, x: drawn.x + 401 }, room));
  assert.ok(covers(drawn, { ...drawn, y: drawn.y - 299 }, room));
  assert.ok(!covers(drawn, { ...drawn, y: drawn.y - 301 }, room));
});

test("a surface shown three times as large is drawn anew", () => {
  assert.ok(!covers({ x: 0, y: 0, k: 1 }, { x: -800, y: -600, k: 3 }, room));
});
