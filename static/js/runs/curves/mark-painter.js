/** Paints the marks of a chart: a vertical line at each changed step, with its text above the plot. */

import { uPlot } from "../../../vendor/uplot.js";
import { css } from "./chart-style.js";
import { textPlaces } from "./marks.js";

/**
 * @param {uPlot} plot
 * @param {readonly import("./marks.js").Place[]} marks
 * @param {import("./chart-style.js").ChartStyle} style
 * @param {number} rowHeight of one row of texts, in CSS pixels
 */
export function paintMarks(plot, marks, style, rowHeight) {
  if (!marks.length) return;
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  ctx.save();
  ctx.font = `${style.size * 0.92 * ratio}px ${style.font.slice(style.font.indexOf(" ") + 1)}`;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "left";
  ctx.strokeStyle = css(style.edge);
  ctx.fillStyle = css(style.muted);
  ctx.lineWidth = ratio;
  const texts = marks.map(({ step, text }) => ({ at: plot.valToPos(step, "x", true), width: ctx.measureText(text).width }));
  const places = textPlaces(texts, { left: 0, right: ctx.canvas.width }, 5 * ratio);
  marks.forEach(({ text }, k) => {
    const place = places[k];
    const line = Math.round(Number(texts[k]?.at)) + (ratio % 2 ? 0.5 : 0);
    const above = place ? (place.row + 0.8) * rowHeight * ratio : 0;
    ctx.beginPath();
    ctx.moveTo(line, bbox.top - above);
    ctx.lineTo(line, bbox.top + bbox.height);
    ctx.stroke();
    if (place) ctx.fillText(text, place.from, bbox.top - (place.row * rowHeight + 5) * ratio);
  });
  ctx.restore();
}
