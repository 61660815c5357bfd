import assert from "node:assert/strict";
import { test } from "node:test";
import { colour, IMAGE, levelColours, pool, pooledSize, tileColumns, tileRows, tilesSize } from "../../../../static/js/runs/picture/pixels.js";

const palette = {
  negative: /** @type {[number, number, number]} */ ([200, 100, 0]),
  zero: /** @type {[number, number, number]} */ ([255, 255, 255]),
  positive: /** @type {[number, number, number]} */ ([0, 100, 200]),
  nan: /** @type {[number, number, number]} */ ([128, 128, 128]),
};
const rgb = (/** @type {number | undefined} */ pixel = 0) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];

test("levels run from one pole over the paper to the other, opaque, and NaN is grey", () => {
  const colours = levelColours(palette);
  assert.equal(colours.length, 256);
  assert.deepEqual(rgb(colours[0]), [128, 128, 128]);
  assert.deepEqual(rgb(colours[1]), [200, 100, 0]);
  assert.deepEqual(rgb(colours[128]), [255, 255, 255]);
  assert.deepEqual(rgb(colours[255]), [0, 100, 200]);
  assert.ok(colours.every((pixel) => pixel >>> 24 === 255));
});

test("a small matrix is one pixel an element, a larger one means of blocks of one size", () => {
  assert.deepEqual(pooledSize(2, 3), { height: 2, width: 3 });
  assert.deepEqual(pooledSize(100, 50), { height: 50, width: 50 });
  assert.deepEqual(pooledSize(784, 50), { height: 61, width: 50 });
  assert.deepEqual(pooledSize(1, 65), { height: 1, width: 33 });
});

test("means are those of the blocks, the last one smaller", () => {
  const out = new Float32Array(33);
  const levels = Int8Array.from({ length: 65 }, (_, k) => (k < 2 ? k * 4 : k === 64 ? -100 : 0));
  assert.equal(pool(levels, 1, 65, out), 100);
  assert.equal(out[0], 2);
  assert.equal(out[1], 0);
  assert.equal(out[32], -100);
});

test("a block with a NaN in it has none, and the scale is that of the others", () => {
  const out = new Float32Array(4);
  assert.equal(pool(Int8Array.of(-128, 5, -7, 0), 2, 2, out), 7);
  assert.ok(Number.isNaN(out[0]));
  const pixels = new Uint32Array(4);
  const colours = levelColours(palette);
  colour(out, 7, colours, pixels);
  assert.deepEqual(rgb(pixels[0]), [128, 128, 128]);
  assert.deepEqual(rgb(pixels[2]), [200, 100, 0], "the largest has the full colour");
  assert.deepEqual(rgb(pixels[3]), [255, 255, 255]);
});

test("nothing but zeros is paper", () => {
  const pixels = new Uint32Array(2);
  colour(new Float32Array(2), 0, levelColours(palette), pixels);
  assert.deepEqual([...pixels].map(rgb), [[255, 255, 255], [255, 255, 255]]);
});

test("images of a batch stand two by two", () => {
  const size = IMAGE * IMAGE;
  const levels = new Int8Array(3 * size);
  levels[0] = 10; // first image, first pixel
  levels[size + IMAGE - 1] = 20; // second, end of its first row
  levels[2 * size] = -30; // third, first pixel
  const out = new Float32Array(4 * size);
  assert.equal(tileRows(levels, 3, 2, out), 30);
  const width = 2 * IMAGE;
  assert.equal(out[0], 10);
  assert.equal(out[width - 1], 20);
  assert.equal(out[IMAGE * width], -30);
  assert.equal(out[IMAGE * width + IMAGE], 0, "there is no fourth");
});

test("columns of the first weights are images with paper between them", () => {
  const units = 3;
  const levels = new Int8Array(IMAGE * IMAGE * units);
  levels[0 * units + 0] = 127; // pixel 0 of unit 0
  levels[29 * units + 2] = -127; // pixel (1, 1) of unit 2
  const { width, height } = tilesSize(units, 2, 2);
  assert.deepEqual({ width, height }, { width: 58, height: 58 });
  const colours = levelColours(palette);
  const pixels = new Uint32Array(width * height);
  tileColumns(levels, units, units, 2, 2, colours, pixels);
  assert.deepEqual(rgb(pixels[0]), [0, 100, 200]);
  assert.deepEqual(rgb(pixels[31 * width + 1]), [200, 100, 0]);
  assert.equal(pixels[IMAGE], 0, "the gap is never painted");
});

test("a net without units has a picture all the same", () => {
  assert.deepEqual(tilesSize(0, 4, 2), { width: 1, height: 1 });
});
