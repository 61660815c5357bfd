/** uPlot's options for one chart of curves: axes, ticks and the style of each line. */

import { uPlot } from "../../../vendor/uplot.js";
import { css, DASHES, mixed } from "./chart-style.js";
import { logTicks, shareText, tickText, valueRange } from "./scales.js";

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./chart-style.js").ChartStyle} ChartStyle */
/** @typedef {ConstructorParameters<typeof uPlot>[0]} Options */

/**
 * The chart's current state; uPlot reads it at every drawing.
 * @typedef {object} LiveChart
 * @property {import("./chart.js").Shown} shown
 * @property {number} width in CSS pixels
 * @property {number} height
 * @property {number} top space above the plot
 * @property {number} right space at its right
 */

/** Return the colour of a line on the page's paper. @param {ChartStyle} style @param {Line} line */
export const lineColour = (style, { of, hue, strength }) => mixed((hue === null ? null : style.runs[hue % style.runs.length]) ?? style[of], style.paper, strength);

/**
 * Return the numbers of the layers that get a tick: all, or every nth that fits.
 * @param {readonly string[]} names
 * @param {number} room number of ticks that fit
 */
function layerTicks(names, room) {
  const stride = Math.ceil(names.length / Math.max(1, Math.floor(room)));
  return names.map((_, k) => k + 1).filter((k) => (k - 1) % stride === 0);
}

/**
 * @param {import("./lines.js").Quantity} quantity
 * @param {LiveChart} chart
 * @param {ChartStyle} style
 * @returns {Options}
 */
export function chartOptions(quantity, chart, style) {
  const { log, layers } = chart.shown;
  const isShare = quantity === "accuracy" || quantity === "dead";
  const axis = {
    font: style.font,
    stroke: css(style.muted),
    grid: { stroke: css(style.hair), width: 1 },
    ticks: { show: false },
    border: { show: true, stroke: css(style.edge), width: 1 },
  };
  const measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
  measure.font = style.font;
  const tickWidth = (/** @type {readonly string[] | null} */ texts) => Math.max(0, ...(texts ?? []).map((text) => measure.measureText(text).width));

  /** @param {Line} line @returns {Options["series"][number]} */
  const seriesOf = (line) => ({
    scale: "y",
    stroke: lineColour(style, line),
    width: line.width,
    dash: line.quiet ? [] : DASHES[line.slot],
    cap: line.slot === 2 ? "round" : "butt",
    spanGaps: true,
    // Smooth lines are drawn exactly; raw ones as the extremes of each column of pixels.
    pxAlign: line.quiet ? 1 : 0,
    points: layers ? { show: true, size: 6, fill: css(style.paper), stroke: lineColour(style, line), width: 1.5 } : { show: false },
  });

  return {
    width: chart.width,
    height: chart.height,
    padding: [() => chart.top, () => chart.right, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    select: { show: false, left: 0, top: 0, width: 0, height: 0 },
    scales: {
      x: { time: false, range: () => chart.shown.range },
      y: { distr: log ? 3 : 1, range: (_, low, high) => valueRange(quantity, log, low, high) },
    },
    axes: [
      {
        ...axis,
        grid: { show: layers !== null, stroke: css(style.hair), width: 1 },
        size: style.size * 1.9,
        gap: 6,
        space: style.size * 4.4,
        ...(layers ? { splits: () => layerTicks(layers, (chart.width - chart.right) / (style.size * 5.5)) } : {}),
        values: (_, splits) => splits.map((value) => (layers ? String(layers[value - 1] ?? "") : tickText(value))),
      },
      {
        ...axis,
        border: { show: false },
        // A fixed width unless a number needs more: charts stay aligned and do not shift with every digit.
        size: (_, texts) => Math.max(3.4 * style.size, 8 * Math.ceil((tickWidth(texts) + 10) / 8)),
        gap: 8,
        space: style.size * 2.6,
        ...(log ? { splits: (/** @type {uPlot} */ u, _axis, low, high) => logTicks(low, high, u.bbox.height / uPlot.pxRatio / (style.size * 2)) } : {}),
        values: (_, splits) => splits.map((value) => (isShare ? shareText(Number(value)) : tickText(Number(value)))),
        ...(log ? { filter: (/** @type {uPlot} */ _u, /** @type {number[]} */ splits) => splits } : {}),
      },
    ],
    series: [{}, ...chart.shown.lines.map(seriesOf)],
  };
}
