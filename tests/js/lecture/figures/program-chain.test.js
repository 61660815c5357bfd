import assert from "node:assert/strict";
import { test } from "node:test";

import { chainOf, localName } from "../../../../static/js/lecture/figures/program-chain.js";

test("each statement reads what the one before made", () => {
  assert.deepEqual(chainOf("x = 0.5\ny = 2 * x + 1  # f(x) = 2x + 1\n\nw = sin(y)\n"), [
    { input: "x", output: "y", statement: "y = 2 * x + 1", title: "f(x) = 2x + 1" },
    { input: "y", output: "w", statement: "w = sin(y)", title: null },
  ]);
});

test("numbers at the end of a name are indices", () => {
  assert.deepEqual(["x", "x1", "h_12"].map(localName), ["x", "x₁", "h₁₂"]);
});
