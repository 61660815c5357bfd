/** A script of the book's layers, line by line: what each line computes on the graph. No DOM. */

/**
 * @typedef {object} ScriptLine
 * @property {string} text
 * @property {"input" | "forward" | "backward" | "print" | "plain"} kind
 * @property {string[]} makes names whose value or gradient the line computes
 * @property {string[]} reads names it reads or prints
 */

/** @param {string} script @returns {ScriptLine[]} */
export function scriptLines(script) {
  /** @type {ScriptLine[]} */
  const lines = [];
  for (const text of script.split("\n")) lines.push(line(text, lines.some(({ kind }) => kind === "forward")));
  return lines;
}

/**
 * @param {string} text
 * @param {boolean} wentForward whether a previous line ran forward; then a number starts the backward pass: `dprice =
 *   1`
 * @returns {ScriptLine}
 */
function line(text, wentForward) {
  const code = (text.split("#")[0] ?? "").trim();
  const [, made = "", given = ""] = /^([\w, ]+?) = (.*)$/.exec(code) ?? [];
  const makes = names(made);
  const [, pass, operands = ""] = /\.(forward|backward)\(([^)]*)\)$/.exec(given) ?? [];
  if (pass === "forward") return { text, kind: "forward", makes, reads: names(operands) };
  if (pass === "backward") return { text, kind: "backward", makes: makes.map(base), reads: names(operands).map(base) };
  const [, printed] = /^print\(([\w, ]+)\)$/.exec(code) ?? [];
  if (printed) return { text, kind: "print", makes: [], reads: names(printed) };
  if (makes.length === 1 && /^-?[\d.e]+$/.test(given)) {
    return wentForward ? { text, kind: "backward", makes: makes.map(base), reads: [] } : { text, kind: "input", makes, reads: [] };
  }
  return { text, kind: "plain", makes: [], reads: [] };
}

/**
 * Return an input's line with its current number.
 * @param {string} text
 * @param {number} value
 */
export const withValue = (text, value) => text.replace(/= \S+/, `= ${value}`);

/** @param {string} list */
const names = (list) => list.split(",").map((name) => name.trim()).filter((name) => name !== "");

/** `dapple` is the gradient of `apple`. @param {string} name */
export const base = (name) => name.replace(/^d/, "");
