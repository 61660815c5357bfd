import assert from "node:assert/strict";
import { test } from "node:test";
import { pixelOutline } from "../../../../static/js/runs/digits/pixel-outline.js";

/** @param {string[]} lines */
const image = (...lines) => ({ pixels: [...lines.join("")].map((sign) => (sign === "#" ? 1 : 0)), width: String(lines[0]).length, height: lines.length });
/** @param {string[]} lines */
const outline = (...lines) => {
  const { pixels, width, height } = image(...lines);
  return pixelOutline(pixels, width, height).map(({ x, y, length, direction }) => `${direction} ${x},${y} ${length}`);
};

test("nothing inked has no outline", () => assert.deepEqual(outline("...", "..."), []));

test("a box has four sides, each in one piece", () => {
  assert.deepEqual(outline("....", ".##.", ".##.", "...."), ["across 1,1 2", "across 1,3 2", "down 1,1 2", "down 3,1 2"]);
});

test("what fills the image is outlined at its edges", () => {
  assert.deepEqual(outline("##", "##"), ["across 0,0 2", "across 0,2 2", "down 0,0 2", "down 2,0 2"]);
});

test("a hole has an outline too, and two boxes in one row are two pieces", () => {
  assert.deepEqual(outline("#.#"), [
    "across 0,0 1", "across 2,0 1", "across 0,1 1", "across 2,1 1", "down 0,0 1", "down 1,0 1", "down 2,0 1", "down 3,0 1",
  ]);
});

test("the length of all pieces is the number of edges between ink and paper", () => {
  const { pixels, width, height } = image("#..##", "##.#.", ".####", "#...#");
  const length = pixelOutline(pixels, width, height).reduce((sum, piece) => sum + piece.length, 0);
  let edges = 0;
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    row < 0 || column < 0 || row >= height || column >= width ? 0 : Number(pixels[row * width + column]);
  for (let row = -1; row < height; row += 1) {
    for (let column = -1; column < width; column += 1) {
      edges += Number(at(row, column) !== at(row, column + 1)) + Number(at(row, column) !== at(row + 1, column));
    }
  }
  assert.equal(length, edges);
});

test("the level says what counts as inked", () => {
  assert.equal(pixelOutline([0.4], 1, 1).length, 0);
  assert.equal(pixelOutline([0.4], 1, 1, 0.4).length, 4);
});
