import assert from "node:assert/strict";
import { test } from "node:test";

import { slidesOf } from "../../../static/js/lecture/slides.js";

const short = { kind: "text", length: 100 };
const long = { kind: "text", length: 900 };
const apples = { kind: "figure", figure: "apples" };

test("a short text stands above the figure that it leads to", () => {
  assert.deepEqual(slidesOf([short, apples]), [{ blocks: [0, 1], figure: "apples" }]);
});

test("a long text has a slide of its own", () => {
  assert.deepEqual(slidesOf([long, apples]), [
    { blocks: [0], figure: null },
    { blocks: [1], figure: "apples" },
  ]);
});

test("a prediction is shown with its figure, a rule alone, and the last words are not lost", () => {
  const slides = slidesOf([apples, { kind: "predict", figure: "apples" }, { kind: "rule" }, short]);
  assert.deepEqual(slides.map(({ figure }) => figure), ["apples", "apples", null, null]);
  assert.deepEqual(slides.flatMap(({ blocks }) => blocks), [0, 1, 2, 3]);
});

test("every block is on exactly one slide", () => {
  const blocks = [short, short, apples, long, short, { kind: "try" }, apples, short];
  assert.deepEqual(slidesOf(blocks).flatMap((slide) => slide.blocks), blocks.map((_, k) => k));
});
