/** Converts the levels of a frame to pixels, as the server's heat maps do (app/encoding/heat_map.py). No DOM. */

import { divergingScale } from "../../kit/diverging-scale.js";

/** @typedef {import("../../kit/diverging-scale.js").Palette} Palette */

/** Maximum pixels per side; in a larger tensor each pixel is the mean of a block. */
export const MOST = 64;
/** Rows and columns of a data image. */
export const IMAGE = 28;
/** The level that stands for NaN. */
export const NAN = -128;
const TOP = 127;

/**
 * Return the pixel of each level: index 0 is NaN, 128 zero, 1 … 255 the levels −127 … 127.
 * @param {Palette} palette
 * @returns {Uint32Array} in the layout of `ImageData` on little-endian machines
 */
export function levelColours(palette) {
  const colour = divergingScale(palette, TOP);
  return Uint32Array.from({ length: 256 }, (_, k) => {
    const [red, green, blue] = k === 0 ? palette.nan : colour(k - 128);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
  });
}

/**
 * Return how many elements along a side become one pixel.
 * @param {number} size
 */
const block = (size) => Math.ceil(size / Math.min(size, MOST));

/**
 * Return the size of a matrix's picture.
 * @param {number} rows
 * @param {number} columns
 */
export function pooledSize(rows, columns) {
  return { height: Math.ceil(rows / block(rows)), width: Math.ceil(columns / block(columns)) };
}

/**
 * Average blocks of equal size, the last ones smaller. A block with a NaN becomes NaN.
 * @param {ArrayLike<number>} levels row by row
 * @param {number} rows
 * @param {number} columns
 * @param {Float32Array} out sized by `pooledSize`
 * @returns {number} the largest absolute mean
 */
export function pool(levels, rows, columns, out) {
  const [down, across] = [block(rows), block(columns)];
  const { height, width } = pooledSize(rows, columns);
  let top = 0;
  for (let i = 0; i < height; i += 1) {
    const last = Math.min(rows, (i + 1) * down);
    for (let j = 0; j < width; j += 1) {
      const end = Math.min(columns, (j + 1) * across);
      let sum = 0;
      for (let row = i * down; row < last; row += 1) {
        for (let at = row * columns + j * across; at < row * columns + end; at += 1) {
          const level = /** @type {number} */ (levels[at]);
          sum += level === NAN ? Number.NaN : level;
        }
      }
      const mean = sum / ((last - i * down) * (end - j * across));
      out[i * width + j] = mean;
      const size = Math.abs(mean);
      if (size > top) top = size;
    }
  }
  return top;
}

/**
 * @param {ArrayLike<number>} means
 * @param {number} top the mean at full colour
 * @param {Uint32Array} colours from `levelColours`
 * @param {Uint32Array} pixels of the same length as `means`
 */
export function colour(means, top, colours, pixels) {
  const factor = top > 0 ? TOP / top : 0;
  for (let k = 0; k < pixels.length; k += 1) {
    const mean = /** @type {number} */ (means[k]);
    pixels[k] = /** @type {number} */ (colours[Number.isNaN(mean) ? 0 : 128 + Math.round(mean * factor)]);
  }
}

/**
 * Tile rows of 784 as images, as many as fit.
 * @param {ArrayLike<number>} levels
 * @param {number} count number of images
 * @param {number} across images per row
 * @param {Float32Array} out holds whole rows of images
 * @returns {number} the largest absolute level
 */
export function tileRows(levels, count, across, out) {
  const width = across * IMAGE;
  const room = Math.min(count, Math.floor(out.length / (IMAGE * IMAGE)));
  let top = 0;
  out.fill(0);
  for (let k = 0; k < room; k += 1) {
    const corner = Math.floor(k / across) * IMAGE * width + (k % across) * IMAGE;
    for (let i = 0; i < IMAGE * IMAGE; i += 1) {
      const level = /** @type {number} */ (levels[k * IMAGE * IMAGE + i]);
      out[corner + Math.floor(i / IMAGE) * width + (i % IMAGE)] = level === NAN ? Number.NaN : level;
      const size = level < 0 ? -level : level;
      if (size > top && level !== NAN) top = size;
    }
  }
  return top;
}

/**
 * Tile the columns of a (784, M) matrix as images: the weights of each unit of the first layer.
 * @param {ArrayLike<number>} levels
 * @param {number} columns of the matrix
 * @param {number} units number of images drawn
 * @param {number} across images per row
 * @param {number} gap pixels between them
 * @param {Uint32Array} colours
 * @param {Uint32Array} pixels sized by `tilesSize`
 */
export function tileColumns(levels, columns, units, across, gap, colours, pixels) {
  const { width } = tilesSize(units, across, gap);
  const side = IMAGE + gap;
  for (let unit = 0; unit < units; unit += 1) {
    const corner = Math.floor(unit / across) * side * width + (unit % across) * side;
    for (let i = 0; i < IMAGE; i += 1) {
      let at = i * IMAGE * columns + unit;
      const line = corner + i * width;
      for (let j = 0; j < IMAGE; j += 1, at += columns) {
        pixels[line + j] = /** @type {number} */ (colours[/** @type {number} */ (levels[at]) + 128]);
      }
    }
  }
}

/**
 * @param {number} units
 * @param {number} across
 * @param {number} gap
 */
export function tilesSize(units, across, gap) {
  const side = IMAGE + gap;
  return { width: Math.max(1, Math.min(units, across) * side - gap), height: Math.max(1, Math.ceil(units / across) * side - gap) };
}
