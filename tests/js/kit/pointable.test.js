/** The numbers of a sentence and the names of a graph can be pointed at. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { tokensOf } from "../../../static/js/kit/element.js";

test("numbers and known names are found, other words are none", () => {
  const found = (/** @type {string} */ text, ...names) => tokensOf(text, new Set(names)).map(({ text }) => text);
  assert.deepEqual(found("To apple: 1.1 × 2 = 2.2, to tax: −1,234.5e-7", "apple"), ["apple", "1.1", "2", "2.2", "−1,234.5e-7"]);
  assert.deepEqual(found("x1 쪽: 3 × x_2", "x1", "x_2"), ["x1", "3", "x_2"]);
  assert.deepEqual(found("nothing here 2x", "here2"), ["2"]);
});
