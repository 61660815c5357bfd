import assert from "node:assert/strict";
import { test } from "node:test";
import { FIELD, inkBox, normalized } from "../../../../static/js/runs/digits/normalize.js";

/** Numbers 0 … 1 that are the same in every run. @param {number} seed */
function random(seed) {
  let state = seed;
  return () => ((state = (state * 1103515245 + 12345) % 2147483648) / 2147483648);
}

/**
 * The same by another way: each pixel of the box becomes 20 × 20 equal ones, of which each pixel of the image is the
 * plain mean of as many as the longer side is long.
 * @param {number[]} levels
 * @param {number} width
 * @param {number} height
 */
function oracle(levels, width, height) {
  const inked = levels.flatMap((level, k) => (level > 0 ? [[Math.floor(k / width), k % width]] : []));
  const [rows, columns] = [inked.map(([row]) => Number(row)), inked.map(([, column]) => Number(column))];
  const [top, left] = [Math.min(...rows), Math.min(...columns)];
  const [high, wide] = [Math.max(...rows) - top + 1, Math.max(...columns) - left + 1];
  const block = Math.max(high, wide);
  const small = [];
  for (let i = 0; i < Math.ceil((high * 20) / block); i += 1) {
    for (let j = 0; j < Math.ceil((wide * 20) / block); j += 1) {
      let sum = 0;
      for (let y = i * block; y < Math.min((i + 1) * block, high * 20); y += 1) {
        for (let x = j * block; x < Math.min((j + 1) * block, wide * 20); x += 1) {
          sum += Number(levels[(top + Math.floor(y / 20)) * width + left + Math.floor(x / 20)]);
        }
      }
      small.push({ i, j, ink: sum / block ** 2 });
    }
  }
  const mass = small.reduce((sum, { ink }) => sum + ink, 0);
  const mean = (/** @type {"i" | "j"} */ axis) => small.reduce((sum, pixel) => sum + pixel[axis] * pixel.ink, 0) / mass;
  const [down, right] = [Math.round(14 - mean("i")), Math.round(14 - mean("j"))];
  const image = new Array(784).fill(0);
  for (const { i, j, ink } of small) {
    // Where the mass lies at one end of a long shape, the oracle's middle would cut the other end off.
    assert.ok(i + down >= 0 && i + down < 28 && j + right >= 0 && j + right < 28, "a shape the oracle can place");
    image[(i + down) * 28 + j + right] = ink;
  }
  return image;
}

/** @param {number} width @param {number} height @param {(row: number, column: number) => number} level */
const drawing = (width, height, level) =>
  Array.from({ length: width * height }, (_, k) => level(Math.floor(k / width), k % width));

/** @param {ArrayLike<number>} image */
function centre(image) {
  let [mass, row, column] = [0, 0, 0];
  Array.from(image).forEach((ink, k) => {
    mass += ink;
    row += ink * Math.floor(k / 28);
    column += ink * (k % 28);
  });
  return { mass, row: row / mass, column: column / mass };
}

test("nothing drawn is no image", () => {
  assert.equal(normalized(new Float32Array(100), 10, 10), null);
  assert.equal(inkBox(new Float32Array(100), 10, 10), null);
});

test("the box holds all ink and no more", () => {
  const levels = drawing(9, 7, (row, column) => (row >= 2 && row < 5 && column >= 3 && column < 8 ? 0.01 : 0));
  assert.deepEqual(inkBox(levels, 9, 7), { left: 3, top: 2, right: 8, bottom: 5 });
});

test("it agrees with the plain mean of equal blocks, whatever the size and the shape", () => {
  for (const [k, [width, height, wide, high]] of [
    [60, 60, 40, 40], [60, 60, 37, 23], [60, 60, 11, 31], [50, 40, 7, 7], [30, 30, 20, 20], [80, 50, 61, 43], [40, 40, 1, 17], [20, 20, 3, 2],
  ].entries()) {
    const next = random(k + 1);
    const [left, top] = [Math.floor((width - wide) / 3), Math.floor((height - high) / 2)];
    const levels = drawing(width, height, (row, column) =>
      row >= top && row < top + high && column >= left && column < left + wide ? 0.05 + 0.95 * next() : 0,
    );
    const found = normalized(levels, width, height);
    const wanted = oracle(levels, width, height);
    assert.ok(found);
    assert.equal(found.length, FIELD * FIELD);
    wanted.forEach((ink, at) => assert.ok(Math.abs(ink - Number(found[at])) < 1e-12, `${wide} × ${high}, pixel ${at}`));
  }
});

test("where it was drawn and how large makes no difference", () => {
  /** An L, `scale` times as large, moved. @param {number} scale @param {number} x @param {number} y */
  const letter = (scale, x, y) =>
    drawing(90, 90, (row, column) => {
      const [i, j] = [Math.floor((row - y) / scale), Math.floor((column - x) / scale)];
      return i >= 0 && j >= 0 && i < 10 && j < 7 && (j < 2 || i >= 8) ? 1 : 0;
    });
  const first = normalized(letter(2, 0, 0), 90, 90);
  assert.ok(first);
  for (const [scale, x, y] of [[2, 50, 61], [6, 11, 17], [8, 0, 9]]) {
    const other = normalized(letter(Number(scale), Number(x), Number(y)), 90, 90);
    assert.ok(other);
    first.forEach((ink, k) => assert.ok(Math.abs(ink - Number(other[k])) < 1e-12));
  }
});

test("the longer side has 20 pixels and the centre of mass lies in the middle pixel", () => {
  const next = random(7);
  for (let turn = 0; turn < 40; turn += 1) {
    const [x, y, dx, dy] = [20 + 40 * next(), 20 + 40 * next(), 5 + 25 * next(), 5 + 25 * next()];
    const levels = drawing(100, 100, (row, column) => (((column - x) / dx) ** 2 + ((row - y) / dy) ** 2 < 1 ? 1 : 0));
    const found = normalized(levels, 100, 100);
    assert.ok(found);
    const box = inkBox(found, 28, 28);
    assert.ok(box);
    assert.equal(Math.max(box.right - box.left, box.bottom - box.top), 20);
    const { row, column } = centre(found);
    assert.equal(Math.round(row), 14);
    assert.equal(Math.round(column), 14);
  }
});

test("ink keeps its mean: an area of grey stays that grey, and nothing is darker than ink", () => {
  const found = normalized(drawing(40, 40, () => 0.5), 40, 40);
  assert.ok(found);
  const inked = Array.from(found).filter((ink) => ink > 0);
  assert.equal(inked.length, 400);
  assert.ok(inked.every((ink) => Math.abs(ink - 0.5) < 1e-12));
});

test("a shape whose mass lies at its end stays inside the field", () => {
  // A long tail of faint ink: centred by mass alone it would leave the field at the left.
  const levels = drawing(60, 60, (row, column) => (column >= 55 && row > 20 && row < 40 ? 1 : row === 30 && column > 4 ? 0.02 : 0));
  const found = normalized(levels, 60, 60);
  assert.ok(found);
  const whole = centre(found);
  const box = inkBox(found, 28, 28);
  assert.ok(box);
  assert.equal(box.right - box.left, 20);
  assert.ok(box.left >= 0 && box.right <= 28);
  assert.ok(whole.mass > 0);
});
