/** Histogram of a tensor's elements. */

import { makeSvg } from "../../kit/element.js";

const WIDTH = 160;
const HEIGHT = 44;

/**
 * Return the bars in the histogram's coordinates; any non-zero count gets at least a hairline.
 * @param {readonly number[]} edges
 * @param {readonly number[]} counts
 * @param {number} width
 * @param {number} height
 * @returns {{x: number, y: number, width: number, height: number}[]}
 */
export function bars(edges, counts, width, height) {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const most = Math.max(1, ...counts);
  const place = (/** @type {number} */ value) => (last > first ? ((value - first) / (last - first)) * width : 0);
  return counts.map((count, k) => {
    // All elements equal: one bar in the middle.
    const [left, right] = last > first ? [place(edges[k] ?? 0), place(edges[k + 1] ?? 0)] : [width * 0.45, width * 0.55];
    const high = count === 0 ? 0 : Math.max(1, (count / most) * height);
    return { x: left, y: height - high, width: Math.max(0.5, right - left - 0.5), height: high };
  });
}

/**
 * @param {{edges: readonly unknown[], counts: readonly number[]}} histogram
 * @param {string} of "value" or "grad"
 * @param {string} label text for a screen reader
 */
export function histogramView({ edges, counts }, of, label) {
  const ends = edges.map(Number);
  const [first = 0, last = 0] = [ends[0], ends.at(-1)];
  const zero = first < 0 && last > 0 ? ((0 - first) / (last - first)) * WIDTH : null;
  return makeSvg(
    "svg",
    { class: `histogram ${of}`, viewBox: `0 0 ${WIDTH} ${HEIGHT + 1}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    bars(ends, counts, WIDTH, HEIGHT).map((bar) => makeSvg("rect", { class: "bar", ...bar })),
    makeSvg("path", { class: "floor", d: `M0 ${HEIGHT + 0.5}H${WIDTH}` }),
    zero !== null && makeSvg("path", { class: "zero", d: `M${zero} 0V${HEIGHT}` }),
  );
}
