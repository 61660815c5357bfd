/** Colours and font of the curves, read from the page's styles for the canvas. */

import { make } from "../../kit/element.js";
import { colourOf, onColourChange } from "../../kit/page-colours.js";

/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */

/**
 * @typedef {object} ChartStyle
 * @property {Rgb} forward
 * @property {Rgb} backward
 * @property {Rgb[]} runs of compared runs, by slot
 * @property {Rgb} ink
 * @property {Rgb} muted
 * @property {Rgb} hair of the grid
 * @property {Rgb} edge of axes and marks
 * @property {Rgb} paper
 * @property {string} font as a canvas takes it
 * @property {number} size of the font, in CSS pixels
 */

/** Number of colours of compared runs, `--run-0` and so on. */
export const RUN_HUES = 8;
/** Dashes that tell runs apart: a full line, dashes, dots. */
export const DASHES = [[], [7, 4], [1, 4]];

/** @param {Rgb} rgb */
export const css = ([r, g, b]) => `rgb(${r}, ${g}, ${b})`;

/**
 * Mix a share of a colour with the paper.
 * @param {Rgb} colour
 * @param {Rgb} paper
 * @param {number} share 0 … 1
 */
export const mixed = (colour, paper, share) =>
  css(/** @type {Rgb} */ ([0, 1, 2].map((k) => Math.round(Number(paper[k]) + (Number(colour[k]) - Number(paper[k])) * share))));

/**
 * @param {HTMLElement} host
 * @param {import("../../figure/types.js").Store} store
 * @param {() => void} onChange
 */
export function createChartStyle(host, store, onChange) {
  const ink = (/** @type {string} */ name) => make("i", { class: name });
  const [forward, backward, muted, hair, edge] = ["forward", "backward", "muted", "curve-hair", "curve-edge"].map(ink);
  const hues = Array.from({ length: RUN_HUES }, (_, k) => ink(`run-hue-${k}`));
  const samples = make("span", { hidden: true }, forward, backward, muted, hair, edge, hues);
  host.append(samples);

  /** @returns {ChartStyle} */
  function read() {
    const of = (/** @type {Element | undefined} */ element) => colourOf(/** @type {Element} */ (element), "color");
    const { fontFamily } = getComputedStyle(host);
    const size = 0.8125 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    return {
      forward: of(forward),
      backward: of(backward),
      runs: hues.map(of),
      muted: of(muted),
      hair: of(hair),
      edge: of(edge),
      ink: colourOf(host, "color"),
      paper: colourOf(document.body, "backgroundColor"),
      font: `${size}px ${fontFamily}`,
      size,
    };
  }

  let style = read();
  onColourChange(store, () => {
    style = read();
    onChange();
  });
  return () => style;
}
