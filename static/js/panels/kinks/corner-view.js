/** The picture of a kink: the function's two sides, the slopes between them, and the slope passed back. */

import { makeSvg } from "../../kit/element.js";
import { corner } from "./corner.js";

/** @typedef {import("./corner.js").Place} Place */
/** @typedef {import("../../figure/answers.js").KinkPlace} KinkPlace */

/** Distance of a slope's text from the end of its line, in pixels. */
const APART = 8;

/** @param {import("../../kit/types.js").JsonNumber | null} slope */
const slopeOf = (slope) => (slope === null ? null : Number(slope));

/** @param {Place[]} places */
const path = (places) => `M${places.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}`;

/** Largest width of a letter of a slope's text, in pixels. */
const LETTER = 9;

/**
 * Create the text of a slope behind the end of its line, or at the foot of the box where there is no room behind.
 * @param {string} kind
 * @param {Place} from
 * @param {Place} end
 * @param {string} words
 * @param {import("./corner.js").Box} box
 */
function slopeText(kind, from, end, words, { width, height }) {
  const [x, y] = [end[0] - from[0], end[1] - from[1]];
  const length = Math.hypot(x, y);
  const upright = Math.abs(x) < 0.2 * length;
  const at = end[0] + (APART * x) / length;
  const room = x > 0 ? width - at : at;
  const below = !upright && room < LETTER * words.length && words.length > 3;
  return makeSvg(
    "text",
    {
      class: `slope ${kind}`,
      x: (below ? (x > 0 ? width : 0) : at).toFixed(1),
      y: (below ? height - 6 : end[1] + (APART * y) / length + 4.5).toFixed(1),
      "text-anchor": upright ? "middle" : x > 0 === below ? "end" : "start",
    },
    words,
  );
}

/**
 * @param {KinkPlace} place
 * @param {string} description text for a screen reader
 * @param {import("./corner.js").Box} box
 */
export function cornerView(place, description, box) {
  const slopes = { left: slopeOf(place.left), right: slopeOf(place.right), passed: slopeOf(place.passed) };
  const { at, left, right, passed, between } = corner(slopes, box);
  /** @param {Place | null} a @param {Place | null} b */
  const gap = (a, b) => (a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : Infinity);
  // The passed slope is named where its line is farther from the function.
  const named = passed && (gap(passed[1], right) >= gap(passed[0], left) ? passed[1] : passed[0]);
  return makeSvg(
    "svg",
    { class: "corner", viewBox: `0 0 ${box.width} ${box.height}`, width: `${box.width / 16}rem`, role: "img", "aria-label": description },
    between.map((triangle) => makeSvg("path", { class: "between", d: `${path(triangle)}Z` })),
    left && makeSvg("path", { class: "side", d: path([at, left]) }),
    right && makeSvg("path", { class: "side", d: path([at, right]) }),
    passed && makeSvg("path", { class: "passed", d: path(passed) }),
    makeSvg("circle", { class: "at", cx: at[0], cy: at[1], r: 4 }),
    left && slopeText("forward", at, left, place.left_text, box),
    right && slopeText("forward", at, right, place.right_text, box),
    named && slopeText("backward", at, named, place.passed_text, box),
  );
}
