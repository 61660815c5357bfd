/** The smallest change between two texts; a cursor elsewhere stays in place. No DOM. */

/**
 * @param {string} before
 * @param {string} after
 * @returns {{from: number, to: number, insert: string} | null} null for equal texts
 */
export function textChange(before, after) {
  if (before === after) return null;
  const shortest = Math.min(before.length, after.length);
  let from = 0;
  while (from < shortest && before[from] === after[from]) from += 1;
  let tail = 0;
  while (tail < shortest - from && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  return { from, to: before.length - tail, insert: after.slice(from, after.length - tail) };
}

/**
 * Convert a column of the server, counted in characters from 1, to an offset. JavaScript counts an emoji as two.
 * @param {string} line text of the line
 * @param {number} column from 1
 */
export function columnOffset(line, column) {
  let offset = 0;
  for (const character of line) {
    if (--column <= 0) break;
    offset += character.length;
  }
  return offset;
}
