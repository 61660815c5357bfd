/** One chart of curves: lines by uPlot, labels at their ends, marks, and a cursor. */

import { uPlot } from "../../../vendor/uplot.js";
import { make } from "../../kit/element.js";
import { chartOptions, lineColour } from "./chart-options.js";
import { aligned, placeBefore } from "./columns.js";
import { createCrosshair } from "./crosshair.js";
import { createEndLabels } from "./end-labels.js";
import { valueAt } from "./lines.js";
import { paintMarks } from "./mark-painter.js";
import { tickText } from "./scales.js";

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./chart-style.js").ChartStyle} ChartStyle */
/** @typedef {import("./marks.js").Place} Place */

/**
 * Content of a chart.
 * @typedef {object} Shown
 * @property {Line[]} lines
 * @property {[number, number]} range of steps, or of layers
 * @property {boolean} log
 * @property {readonly Place[]} marks
 * @property {string[] | null} layers names of layers, if the x axis has layers instead of steps
 */

/** Space right of an unlabelled plot, space between plot and labels, and height of a row of marks, in pixels. */
const [LEAST_RIGHT, BESIDE, ROW] = [28, 8, 17];

/**
 * @param {import("./lines.js").Quantity} quantity
 * @param {object} around
 * @param {import("../../kit/types.js").Translate} around.t
 * @param {() => ChartStyle} around.currentStyle
 */
export function createCurveChart(quantity, { t, currentStyle }) {
  const ends = createEndLabels(quantity, t);
  const crosshair = createCrosshair();
  const canvas = make("div", { class: "curve-canvas", "aria-hidden": "true" });
  const element = make("div", { class: "curve-plot" }, canvas, crosshair.element, ends.element);
  /** @type {uPlot | null} */
  let plot = null;
  let made = "";
  /** @type {Shown} */
  let shown = { lines: [], range: [0, 1], log: false, marks: [], layers: null };
  /** @type {number[]} */
  let x = [];
  let [width, height, right] = [0, 0, 0];
  /** @type {number | null} */
  let step = null;
  /** The layer under the pointer, if the x axis has layers. @type {number | null} */
  let layer = null;

  const seenMarks = () => (shown.layers ? [] : shown.marks.filter(({ step: at }) => at >= shown.range[0] && at <= shown.range[1]));
  const live = {
    get shown() {
      return shown;
    },
    get width() {
      return width;
    },
    get height() {
      return height;
    },
    get top() {
      return top();
    },
    get right() {
      return right;
    },
  };
  const rowHeight = () => ROW * (currentStyle().size / 13);
  /** Space above the plot for one or two rows of marks. */
  const top = () => 8 + Math.min(2, seenMarks().length) * rowHeight();

  function build() {
    plot?.destroy();
    const options = chartOptions(quantity, live, currentStyle());
    const hooks = { drawAxes: [(/** @type {uPlot} */ u) => paintMarks(u, seenMarks(), currentStyle(), rowHeight())], draw: [settle] };
    plot = new uPlot({ ...options, hooks }, aligned(shown.lines), canvas);
    x = /** @type {number[]} */ (plot.data[0]);
  }

  /** Align labels and cursor with the lines. @param {uPlot} u */
  function settle(u) {
    const ratio = uPlot.pxRatio;
    const room = { left: u.bbox.left / ratio, top: u.bbox.top / ratio, right: (u.bbox.left + u.bbox.width) / ratio, bottom: (u.bbox.top + u.bbox.height) / ratio };
    ends.element.style.left = `${room.right + BESIDE}px`;
    ends.place((line) => {
      const at = shown.layers ? line.values.length - 1 : placeBefore(line.steps, shown.range[1]);
      const value = at < 0 ? null : line.values[at];
      if (value === null || value === undefined || Number(line.steps[at]) < shown.range[0]) return null;
      if (shown.log && value <= 0) return room.bottom;
      return Math.min(room.bottom, Math.max(room.top, room.top + u.valToPos(value, "y")));
    }, room);
    crosshair.fit(room);
    point();
  }

  /** Show cursor, dots and numbers at the current step or layer. */
  function point() {
    const at = shown.layers ? layer : step;
    ends.write((line) => (shown.layers && at === null ? undefined : valueAt(line, at)));
    if (!plot || at === null || at < shown.range[0] || at > shown.range[1]) {
      crosshair.hide();
      return;
    }
    const u = plot;
    const style = currentStyle();
    const dots = shown.lines.flatMap((line) => {
      const value = line.quiet ? null : valueAt(line, at);
      if (value === null || (shown.log && value <= 0)) return [];
      const place = placeBefore(line.steps, at);
      return [{ x: u.valToPos(Number(line.steps[place]), "x"), y: u.valToPos(value, "y"), colour: lineColour(style, line) }];
    });
    crosshair.show(u.valToPos(at, "x"), shown.layers ? String(shown.layers[at - 1]) : tickText(at), dots);
  }

  return {
    element,
    crosshair,

    /**
     * Set the content of the chart.
     * @param {Shown} next
     * @returns {number} space that its labels need at the right
     */
    take(next) {
      shown = next;
      if (!next.layers) layer = null;
      const room = Math.max(1, Math.floor((height - currentStyle().size * 3) / (currentStyle().size * 1.35)));
      ends.setLines(next.lines, room);
      const needed = ends.width();
      return needed ? needed + BESIDE + 2 : LEAST_RIGHT;
    },

    /**
     * Draw the content.
     * @param {number} beside space at the right, the same for all charts
     */
    draw(beside) {
      if (width < 40 || height < 40) return;
      right = beside;
      const { lines, log, layers } = shown;
      const look = lines.map(({ key, slot, hue, width, strength, of }) => [key, slot, hue, width, strength.toFixed(3), of]);
      const next = JSON.stringify([look, log, layers, currentStyle()]);
      if (!plot || next !== made) {
        made = next;
        build();
        return;
      }
      const u = plot;
      u.batch(() => {
        if (u.width !== width || u.height !== height) u.setSize({ width, height });
        u.setData(aligned(lines));
      });
      x = /** @type {number[]} */ (u.data[0]);
    },

    /** @param {number} nextWidth @param {number} nextHeight */
    resize(nextWidth, nextHeight) {
      [width, height] = [nextWidth, nextHeight];
      element.style.height = `${nextHeight}px`;
    },

    /** @param {number | null} next */
    point(next) {
      step = next;
      point();
    },

    /** Whether the x axis has layers instead of steps. */
    get byLayer() {
      return shown.layers !== null;
    },

    /** Point at the layer under the pointer. @param {number | null} left within the plot */
    pointLayer(left) {
      const near = left === null || !plot ? null : Math.round(plot.posToVal(left, "x"));
      layer = near === null ? null : Math.min(shown.layers?.length ?? 1, Math.max(1, near));
      point();
    },

    /**
     * Return the step of the nearest point.
     * @param {number} left within the plot
     */
    stepAt(left) {
      if (!plot || !x.length) return null;
      const wanted = Math.min(shown.range[1], Math.max(shown.range[0], plot.posToVal(left, "x")));
      const before = placeBefore(x, wanted);
      const [a, b] = [x[before], x[before + 1]];
      if (a === undefined || a < shown.range[0]) return b ?? null;
      if (b === undefined || b > shown.range[1]) return a;
      return wanted - a <= b - wanted ? a : b;
    },

    /** Convert a position to a step, also between points. @param {number} left */
    exactAt: (left) => (plot ? plot.posToVal(left, "x") : 0),

    /**
     * Return the step a number of points away.
     * @param {number | null} from null for the end
     * @param {number} points
     */
    move(from, points) {
      const first = placeBefore(x, shown.range[0] - 1e-9) + 1;
      const last = placeBefore(x, shown.range[1]);
      if (last < first) return null;
      const at = from === null ? last + (points < 0 ? 1 : 0) : placeBefore(x, from);
      return x[Math.min(last, Math.max(first, at + points))] ?? null;
    },
  };
}

/** @typedef {ReturnType<typeof createCurveChart>} CurveChart */
