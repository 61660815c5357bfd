import assert from "node:assert/strict";
import { test } from "node:test";
import { kinkWords } from "../../../../static/js/figure/picture/kink-marks.js";

const t = (text, values = {}) => text.replaceAll(/\{(\w+)\}/g, (_, name) => String(values[name]));
const place = { index: [], left: 0, right: 1, passed: 0.5, left_text: "0", right_text: "1", passed_text: "0.5" };

test("a number at a kink has both slopes and the one passed back", () => {
  assert.equal(kinkWords(t, { edge: "x->y.0", kink: "relu.zero", count: 1, places: [place] }), "At a kink: the slope is 0 from the left, 1 from the right, 0.5 passed back");
});

test("of several elements the first stands for all", () => {
  const words = kinkWords(t, { edge: "x->y.0", kink: "relu.zero", count: 3, places: [{ ...place, index: [0, 2] }] });
  assert.equal(words, "3 elements at a kink; at [0, 2] the slope is 0 from the left, 1 from the right, 0.5 passed back");
});

test("outside of the domain there is no slope", () => {
  const words = kinkWords(t, { edge: "x->y.0", kink: "sqrt.zero", count: 1, places: [{ ...place, left: null, left_text: "—" }] });
  assert.match(words, /none from the left/);
});
