/** Nested lists as tensors: their shape, one element, a changed element. No DOM. */

/** @typedef {import("./types.js").JsonNumber} JsonNumber */
/** @typedef {import("./types.js").Tensor} Tensor */

/**
 * @param {unknown} value a number, or lists of equal length in lists
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
 * A copy with one element changed; what does not hold the element is shared.
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
 * A tensor as a person sees it: matrices of rows and columns, one for each index of the axes before the last two.
 * A vector is one row.
 * @param {readonly number[]} shape
 */
export function matrixShape(shape) {
  const [rows = 1, columns = 1] = shape.length > 1 ? shape.slice(-2) : [1, ...shape];
  return { rows, columns, items: sizeOf(shape.slice(0, -2)) };
}

/**
 * The index, in the tensor, of a place in one of its matrices.
 * @param {readonly number[]} shape
 * @param {number} item which matrix
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
 * Where an element stands: the matrix, the row and the column.
 * @param {readonly number[]} shape
 * @param {readonly number[]} index
 */
export function placeOf(shape, index) {
  const row = index.length > 1 ? (index.at(-2) ?? 0) : 0;
  const item = index.slice(0, -2).reduce((found, k, axis) => found * (shape[axis] ?? 1) + k, 0);
  return { item, row, column: index.at(-1) ?? 0 };
}

/**
 * One of the matrices as a flat list, row by row; numbers that JSON lacks as numbers.
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

/** @param {readonly number[]} shape as the book writes it: `(2, 3)`, `(3,)` */
export const shapeText = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
