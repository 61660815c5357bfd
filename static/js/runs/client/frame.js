/** Reads a frame of a run: one binary message, laid out as in docs/frames.md. No DOM. */

/** @typedef {import("./types.js").Frame} Frame */
/** @typedef {import("./types.js").FrameTensor} FrameTensor */
/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */

const ALIGNED = 8;
const decoder = new TextDecoder();

/**
 * Read a message. The tensors' levels are views into it: nothing is copied.
 * @param {ArrayBuffer} message
 * @returns {Frame}
 */
export function readFrame(message) {
  const length = new DataView(message).getUint32(0, true);
  const header = JSON.parse(decoder.decode(new Uint8Array(message, 4, length)));
  const begin = Math.ceil((4 + length) / ALIGNED) * ALIGNED;
  for (const tensor of header.tensors) {
    const count = tensor.shape.reduce((/** @type {number} */ a, /** @type {number} */ b) => a * b, 1);
    tensor.levels = new Int8Array(message, begin + tensor.offset, count);
  }
  return header;
}

/**
 * @param {Frame} frame
 * @param {string} name
 * @param {import("../../figure/answers.js").Of} of
 * @returns {FrameTensor | undefined}
 */
export const tensorOf = (frame, name, of) => frame.tensors.find((tensor) => tensor.name === name && tensor.of === of);

/** Convert a number of a frame; NaN and infinities arrive as strings. @param {JsonNumber | null | undefined} value */
export const numberOf = (value) => (value === null || value === undefined ? Number.NaN : Number(value));
