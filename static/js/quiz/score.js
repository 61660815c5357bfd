/** Judges an answer to a blank, recognises known mistakes, and counts the score. No DOM. */

import { withPoint } from "../kit/decimal-comma.js";

/** Relative tolerance of an answer; the text that the picture would show is right as well. */
export const TOLERANCE = 0.005;

/** Numbers below this are rounding errors of zero. */
const ZERO = 1e-12;

/**
 * Read a number as a person types it: `2.2`, `2,2`, `−3`, `4,620`, `1.3e-7`, `1/3`, `inf`.
 * @param {string} text
 * @returns {number | undefined}
 */
export function readAnswer(text) {
  const plain = text.trim().toLowerCase().replaceAll("−", "-").replaceAll(/\s/g, "");
  const fraction = plain.split("/");
  if (fraction.length === 2) {
    const [top, bottom] = fraction.map((part) => readAnswer(part));
    return top === undefined || bottom === undefined ? undefined : top / bottom;
  }
  if (/^[+-]?(∞|inf|infinity)$/.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
  if (plain === "nan") return NaN;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/.test(withPoint(plain)) ? Number(withPoint(plain)) : undefined;
}

/**
 * Read a number of the server; NaN and infinities arrive as strings.
 * @param {unknown} value
 * @returns {number | undefined}
 */
export function readValue(value) {
  if (typeof value === "number") return value;
  return value === "NaN" || value === "Infinity" || value === "-Infinity" ? Number(value) : undefined;
}

/**
 * @param {number} typed
 * @param {number} right
 * @param {string} [shown] the text that the picture would show
 */
export function isRight(typed, right, shown) {
  if (Number.isNaN(right)) return Number.isNaN(typed);
  if (!Number.isFinite(right)) return typed === right;
  if (Math.abs(right) < ZERO) return Math.abs(typed) < ZERO;
  if (Math.abs(typed - right) <= TOLERANCE * Math.abs(right)) return true;
  return shown !== undefined && readAnswer(shown) === typed;
}

/**
 * The parts of a gradient on an edge.
 * @typedef {object} Made
 * @property {number} [upstream] gradient of the node that the edge leads to
 * @property {number} [local] local derivative on the edge
 * @property {number} [own] value on the edge
 * @property {string} [op] op of the node that the edge leads to
 * @property {number[]} [parts] gradients whose sum is the upstream gradient
 */

/** Name of a wrong sign, whatever the op. */
export const SIGN = "sign";

/**
 * Return the catalogue's name of the mistake that produces exactly this answer, or SIGN.
 * @param {number} typed
 * @param {number} right
 * @param {Made} made
 * @returns {string | null}
 */
export function nameMistake(typed, right, { upstream, local, own, op, parts = [] }) {
  if (isRight(typed, right)) return null;
  if (parts.length > 1 && parts.some((part) => isRight(typed, part * (local ?? 1)))) return "fan_out.not_summed";
  if (op === "mul" && upstream !== undefined && own !== undefined && isRight(typed, upstream * own)) return "mul.not_swapped";
  if (op !== undefined && local !== undefined && isRight(typed, local)) return `${op}.upstream_forgotten`;
  if (right !== 0 && isRight(typed, -right)) return SIGN;
  return null;
}

/**
 * @typedef {object} Answer
 * @property {number} tries wrong answers before the right one
 * @property {number} hints hints taken, 0..3
 * @property {"open" | "wrong" | "found" | "shown"} state `found`: answered correctly; `shown`: given up
 */

/** @returns {Answer} */
export const newAnswer = () => ({ tries: 0, hints: 0, state: "open" });

/**
 * @param {Iterable<Answer>} answers
 * @returns {{total: number, found: number, clean: number, shown: number}} `clean`: right at the first try and without a
 *   hint
 */
export function score(answers) {
  const sum = { total: 0, found: 0, clean: 0, shown: 0 };
  for (const { tries, hints, state } of answers) {
    sum.total += 1;
    if (state === "shown") sum.shown += 1;
    if (state !== "found") continue;
    sum.found += 1;
    if (tries === 0 && hints === 0) sum.clean += 1;
  }
  return sum;
}
