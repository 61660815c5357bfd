/** Nested lists as tensors: shape, indices, single elements, matrices. No DOM. */

/** @typedef {import("./types.js").JsonNumber} JsonNumber */
/** @typedef {import("./types.js").Tensor} Tensor */

/**
 * @param {unknown} value a number, or nested lists of equal length
 * @returns {number[]}
 */
export function shapeOf(value) {
  /** @type {number[]} */
  const shape = [];
  for (let part = value; Array.isArray(part); part = part[0]) shape.push(part.length);
  return shape;
}

/** @param {readonly number[]} shape */
export const sizeOf = (shape) => shape.reduce((product, length) => product * length, 1);

/**
 * @param {unknown} value
 * @param {readonly number[]} index
 * @returns {JsonNumber | undefined}
 */
export function elementAt(value, index) {
  const found = index.reduce((/** @type {any} */ part, k) => (Array.isArray(part) ? part[k] : undefined), value);
  return Array.isArray(found) ? undefined : found;
}

/**
 * Return a copy with one element replaced; unaffected lists are shared.
 * @param {Tensor} value
 * @param {readonly number[]} index
 * @param {number} element
 * @returns {Tensor}
 */
export function withElement(value, index, element) {
  const [first, ...rest] = index;
  if (first === undefined || !Array.isArray(value)) return element;
  return value.map((part, k) => (k === first ? withElement(part, rest, element) : part));
}

/**
 * Return a tensor's matrix shape: rows, columns, and `items` matrices over the leading axes. A vector is one row.
 * @param {readonly number[]} shape
 */
export function matrixShape(shape) {
  const [rows = 1, columns = 1] = shape.length > 1 ? shape.slice(-2) : [1, ...shape];
  return { rows, columns, items: sizeOf(shape.slice(0, -2)) };
}

/**
 * Return the tensor index of a cell in one of its matrices.
 * @param {readonly number[]} shape
 * @param {number} item which matrix, from 0
 * @param {number} row
 * @param {number} column
 * @returns {number[]}
 */
export function indexOf(shape, item, row, column) {
  if (shape.length === 0) return [];
  if (shape.length === 1) return [column];
  /** @type {number[]} */
  const lead = [];
  let rest = item;
  for (const length of shape.slice(0, -2).reverse()) {
    lead.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return [...lead, row, column];
}

/**
 * Return the matrix, row and column of an element.
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
export function placeOf(shape, index) {
  const row = index.length > 1 ? (index.at(-2) ?? 0) : 0;
  const item = index.slice(0, -2).reduce((found, k, axis) => found * (shape[axis] ?? 1) + k, 0);
  return { item, row, column: index.at(-1) ?? 0 };
}

/**
 * Return one matrix of a tensor as flat numbers, row by row.
 * @param {unknown} value
 * @param {readonly number[]} shape
 * @param {number} item
 * @returns {Float64Array}
 */
export function matrixOf(value, shape, item) {
  const { rows, columns } = matrixShape(shape);
  const lead = indexOf(shape, item, 0, 0).slice(0, -2);
  const part = lead.reduce((/** @type {any} */ inner, k) => inner?.[k], value);
  const lines = shape.length > 1 ? part : shape.length === 1 ? [part] : [[part]];
  const flat = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) flat[row * columns + column] = Number(lines[row][column]);
  }
  return flat;
}

/** @param {readonly number[]} shape printed as the book does: `(2, 3)`, `(3,)` */
export const shapeText = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;

/**
 * Whether a value fits a shape: a number stands for each element.
 * @param {unknown} value
 * @param {readonly number[]} shape
 */
export const fits = (value, shape) => !Array.isArray(value) || shapeText(shapeOf(value)) === shapeText(shape);
