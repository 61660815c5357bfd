/** The change of the program that a hint proposes. No DOM. */

/** @typedef {import("../kit/types.js").Problem} Problem */
/** @typedef {{line: number, column: number, endColumn: number, text: string}} Fix columns from 1, in characters */

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;
const ASSIGNMENT = /^[\p{L}_][\p{L}\p{N}_]* = \S+$/u;

/**
 * Read a fix from a hint: another word ("did you mean `price`?"), or a line to insert above ("as in `a = 1`").
 * @param {Problem} problem
 * @returns {Fix | null} null if the hint proposes no single change
 */
export function proposedFix({ line, column, end_column: endColumn, hint }) {
  const codes = [...(hint ?? "").matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
  const [code] = codes;
  if (!line || !column || codes.length !== 1 || !code) return null;
  if (NAME.test(code) && endColumn) return { line, column, endColumn, text: code };
  if (ASSIGNMENT.test(code)) return { line, column: 1, endColumn: 1, text: `${code}\n` };
  return null;
}
