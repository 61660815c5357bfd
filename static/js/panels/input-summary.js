/** Summary of a tensor input too large to type: shape, heat map, and the call that makes it. */

import { make } from "../kit/element.js";
import { cellText } from "../kit/number-text.js";
import { shapeText } from "../kit/tensor-values.js";

/** @typedef {import("../kit/types.js").Translate} T */

/**
 * Return the call on the right side of a program line, or null for any other expression.
 * @param {string} program
 * @param {number} line from 1
 */
export function madeBy(program, line) {
  const text = program.split("\n")[line - 1] ?? "";
  const made = /^[^=#]*=\s*([^#]*[^#\s])/.exec(text)?.[1] ?? "";
  return /^[\p{L}_][\p{L}\p{N}_.]*\s*\(.*\)$/u.test(made) ? made : null;
}

/**
 * @param {T} t
 * @param {import("../figure/answers.js").GraphInput} input
 * @param {string | null} made the call that makes it
 * @param {string | null} image address of its heat map
 */
export function inputSummary(t, input, made, image) {
  const value = /** @type {{min?: unknown, max?: unknown, mean?: unknown} | null} */ (Array.isArray(input.value) ? null : input.value);
  const words = [];
  if (value && "mean" in value) {
    words.push(t("{min} to {max}, mean {mean}", {
      min: cellText(Number(value.min)),
      max: cellText(Number(value.max)),
      mean: cellText(Number(value.mean)),
    }));
  }
  return make(
    "div",
    { class: "input-summary" },
    image && make("img", { src: image, alt: t("{name} as a heat map", { name: input.name }) }),
    make(
      "p",
      {},
      make("span", { class: "forward" }, shapeText(input.shape ?? [])),
      words.length > 0 && make("span", { class: "muted" }, words.join(" ")),
      make("span", { class: "muted" }, made ? t("made by") : t("written in the program"), made && " ", made && make("code", {}, made)),
    ),
  );
}
