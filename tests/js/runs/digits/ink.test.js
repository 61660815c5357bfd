import assert from "node:assert/strict";
import { test } from "node:test";
import { brush, CELLS, createInk, SIDE } from "../../../../static/js/runs/digits/ink.js";

const fine = SIDE / CELLS;
/** The level at a place in cells. @param {Float32Array} levels @param {number} x @param {number} y */
const at = (levels, x, y) => levels[Math.floor(y * fine) * SIDE + Math.floor(x * fine)];
/** @param {Float32Array} levels */
const total = (levels) => levels.reduce((sum, level) => sum + level, 0);

test("the brush is soft: black in the middle, nothing far off, never darker outwards", () => {
  assert.equal(brush(0), 1);
  assert.equal(brush(10), 0);
  for (let distance = 0; distance < 3; distance += 0.05) assert.ok(brush(distance) >= brush(distance + 0.05));
  assert.ok(brush(1.2) > 0 && brush(1.2) < 1);
});

test("a dot is round and stands where it was put", () => {
  const ink = createInk();
  ink.begin({ x: 14, y: 7 });
  assert.ok(Number(at(ink.levels, 14, 7)) > 0.99);
  assert.equal(at(ink.levels, 14, 9), 0);
  for (const [dx, dy] of [[1.1, 0], [-1.1, 0], [0, 1.1], [0, -1.1]]) {
    // Mirrored places lie half a level's width apart at most.
    assert.ok(Math.abs(Number(at(ink.levels, 14 + Number(dx), 7 + Number(dy))) - brush(1.1)) < 0.12);
  }
});

test("a stroke is one line through its points, without gaps, however far apart they are", () => {
  const ink = createInk();
  ink.begin({ x: 4, y: 4 });
  ink.extend({ x: 24, y: 20 });
  for (let k = 0; k <= 20; k += 1) assert.ok(Number(at(ink.levels, 4 + k, 4 + 0.8 * k)) > 0.9);
});

test("a line drawn in steps is the line drawn at once", () => {
  const [whole, steps] = [createInk(), createInk()];
  whole.begin({ x: 3, y: 5 });
  whole.extend({ x: 23, y: 15 });
  steps.begin({ x: 3, y: 5 });
  for (let k = 1; k <= 40; k += 1) steps.extend({ x: 3 + k / 2, y: 5 + k / 4 });
  whole.levels.forEach((level, k) => assert.ok(Math.abs(level - Number(steps.levels[k])) < 1e-5));
});

test("crossing strokes are no darker than ink", () => {
  const ink = createInk();
  ink.begin({ x: 5, y: 14 });
  ink.extend({ x: 23, y: 14 });
  ink.begin({ x: 14, y: 5 });
  ink.extend({ x: 14, y: 23 });
  assert.equal(Math.max(...ink.levels), 1);
});

test("ink beyond the edge of the sheet is cut off, not wrapped round", () => {
  const ink = createInk();
  ink.begin({ x: 27.9, y: 10 });
  ink.extend({ x: 40, y: 10 });
  assert.ok(Number(at(ink.levels, 27.5, 10)) > 0.5);
  assert.equal(at(ink.levels, 0.5, 10), 0);
  assert.equal(at(ink.levels, 0.5, 11), 0);
});

test("undo takes back stroke by stroke and gives back what was cleared", () => {
  const ink = createInk();
  assert.equal(ink.undoable, false);
  ink.begin({ x: 5, y: 5 });
  ink.extend({ x: 9, y: 5 });
  const one = ink.levels.slice();
  ink.begin({ x: 20, y: 20 });
  const two = ink.levels.slice();
  ink.clear();
  assert.ok(ink.empty);
  assert.equal(total(ink.levels), 0);
  ink.undo();
  assert.deepEqual(ink.levels, two);
  ink.undo();
  assert.deepEqual(ink.levels, one);
  ink.undo();
  assert.ok(ink.empty && !ink.undoable);
  assert.equal(total(ink.levels), 0);
  ink.undo();
  assert.ok(ink.empty);
});

test("clearing an empty sheet is nothing to take back", () => {
  const ink = createInk();
  ink.clear();
  assert.equal(ink.undoable, false);
});

test("a point without a stroke draws nothing", () => {
  const ink = createInk();
  ink.extend({ x: 5, y: 5 });
  assert.ok(ink.empty);
  assert.equal(total(ink.levels), 0);
});
