import assert from "node:assert/strict";
import { test } from "node:test";

import { withRows } from "../../../../static/js/lecture/figures/batch-rows.js";

const PROGRAM = "X = [[1, 2], [3, 4]]  # samples\nW = [[1, 2, 3], [4, 5, 6]]\nY = X @ W\n";

test("the batch gets fewer rows or more, and nothing else changes", () => {
  assert.equal(withRows(PROGRAM, "X", [[1, 2], [3, 4]], 1), PROGRAM.replace("[[1, 2], [3, 4]]", "[[1, 2]]"));
  const more = withRows(PROGRAM, "X", [[1, 2], [3, 4]], 4);
  assert.match(more, /^X = \[\[1, 2\], \[3, 4\], \[-?\d, -?\d\], \[-?\d, -?\d\]\]  # samples\nW = \[\[1, 2, 3\]/);
  assert.equal(withRows(PROGRAM, "X", [[1, 2], [3, 4]], 4), more);
});
