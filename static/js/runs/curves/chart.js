/** One chart of curves: lines by uPlot, the labels at their ends, the marks, and a cursor over all. */

import { uPlot } from "../../../vendor/uplot.js";
import { make } from "../../kit/element.js";
import { createCrosshair } from "./crosshair.js";
import { createEnds } from "./end-labels.js";
import { aligned, placeBefore, valueAt } from "./lines.js";
import { css, DASHES, mixed } from "./chart-style.js";
import { textPlaces } from "./marks.js";
import { logTicks, shareText, tickText, valueRange } from "./scales.js";

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./chart-style.js").Look} Look */
/** @typedef {import("./marks.js").Place} Place */
/** @typedef {ConstructorParameters<typeof uPlot>[0]} Options */

/**
 * What a chart shows.
 * @typedef {object} Shown
 * @property {Line[]} lines
 * @property {[number, number]} range of steps, or of layers
 * @property {boolean} log
 * @property {readonly Place[]} marks
 * @property {string[] | null} layers the names of layers where they stand in the place of steps
 */

/** Room at the right that a line keeps where there are no labels, between plot and labels, and for a row of the marks' texts. */
const [LEAST_RIGHT, BESIDE, ROW] = [28, 8, 17];

/**
 * @param {import("./lines.js").Quantity} quantity
 * @param {object} around
 * @param {import("../../kit/types.js").Translate} around.t
 * @param {() => Look} around.look
 */
export function createCurveChart(quantity, { t, look }) {
  const isShare = quantity === "accuracy" || quantity === "dead";
  const ends = createEnds(quantity, t);
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
  /** The layer under the pointer, where layers stand in the place of steps. @type {number | null} */
  let layer = null;

  /** @param {Look} colours @param {Line} line */
  const stroke = (colours, { of, strength }) => mixed(colours[of], colours.paper, strength);
  const seenMarks = () => (shown.layers ? [] : shown.marks.filter(({ step: at }) => at >= shown.range[0] && at <= shown.range[1]));
  /** Marks have their texts in one row above the plot, or in two. */
  const top = () => 8 + Math.min(2, seenMarks().length) * rowHeight();
  const rowHeight = () => ROW * (look().size / 13);

  function build() {
    const colours = look();
    const axis = {
      font: colours.font,
      stroke: css(colours.muted),
      grid: { stroke: css(colours.hair), width: 1 },
      ticks: { show: false },
      border: { show: true, stroke: css(colours.edge), width: 1 },
    };
    const measure = /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    measure.font = colours.font;
    const tickWidth = (/** @type {readonly string[] | null} */ texts) => Math.max(0, ...(texts ?? []).map((text) => measure.measureText(text).width));
    /** @type {Options} */
    const options = {
      width,
      height,
      padding: [top, () => right, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, range: () => shown.range },
        y: { distr: shown.log ? 3 : 1, range: (_, low, high) => valueRange(quantity, shown.log, low, high) },
      },
      axes: [
        {
          ...axis,
          grid: { show: shown.layers !== null, stroke: css(colours.hair), width: 1 },
          size: colours.size * 1.9,
          gap: 6,
          space: colours.size * 4.4,
          ...(shown.layers ? { splits: () => layerTicks() } : {}),
          values: (_, splits) => splits.map((value) => (shown.layers ? String(shown.layers[value - 1] ?? "") : tickText(value))),
        },
        {
          ...axis,
          border: { show: false },
          // Of one width unless a number needs more, so that charts stand in line and do not shift with every digit.
          size: (_, texts) => Math.max(3.4 * colours.size, 8 * Math.ceil((tickWidth(texts) + 10) / 8)),
          gap: 8,
          space: colours.size * 2.6,
          ...(shown.log ? { splits: (/** @type {uPlot} */ u, _axis, low, high) => logTicks(low, high, u.bbox.height / uPlot.pxRatio / (colours.size * 2)) } : {}),
          values: (_, splits) => splits.map((value) => (isShare ? shareText(Number(value)) : tickText(Number(value)))),
          ...(shown.log ? { filter: (/** @type {uPlot} */ _u, /** @type {number[]} */ splits) => splits } : {}),
        },
      ],
      series: [{}, ...shown.lines.map((line) => seriesOf(line, colours))],
      hooks: { drawAxes: [drawMarks], draw: [settle] },
    };
    plot?.destroy();
    plot = new uPlot(options, aligned(shown.lines), canvas);
    x = /** @type {number[]} */ (plot.data[0]);
  }

  function layerTicks() {
    const names = shown.layers ?? [];
    const room = Math.max(1, Math.floor((width - right) / (look().size * 5.5)));
    const stride = Math.ceil(names.length / room);
    return names.map((_, k) => k + 1).filter((k) => (k - 1) % stride === 0);
  }

  /** @param {Line} line @param {Look} colours @returns {Options["series"][number]} */
  const seriesOf = (line, colours) => ({
    scale: "y",
    stroke: stroke(colours, line),
    width: line.width,
    dash: line.quiet ? [] : DASHES[line.slot],
    cap: line.slot === 2 ? "round" : "butt",
    spanGaps: true,
    // Smooth lines as they are; of raw ones the highest and lowest of each column of pixels.
    pxAlign: line.quiet ? 1 : 0,
    points: shown.layers ? { show: true, size: 6, fill: css(colours.paper), stroke: stroke(colours, line), width: 1.5 } : { show: false },
  });

  /** @param {uPlot} u */
  function drawMarks(u) {
    const seen = seenMarks();
    if (!seen.length) return;
    const colours = look();
    const { ctx, bbox } = u;
    const ratio = uPlot.pxRatio;
    ctx.save();
    ctx.font = `${colours.size * 0.92 * ratio}px ${colours.font.slice(colours.font.indexOf(" ") + 1)}`;
    ctx.textBaseline = "alphabetic";
    ctx.textAlign = "left";
    ctx.strokeStyle = css(colours.edge);
    ctx.fillStyle = css(colours.muted);
    ctx.lineWidth = ratio;
    const texts = seen.map(({ step: at, text }) => ({ at: u.valToPos(at, "x", true), width: ctx.measureText(text).width }));
    const places = textPlaces(texts, { left: 0, right: u.ctx.canvas.width }, 5 * ratio);
    seen.forEach(({ text }, k) => {
      const place = places[k];
      const line = Math.round(Number(texts[k]?.at)) + (ratio % 2 ? 0.5 : 0);
      const above = place ? (place.row + 0.8) * rowHeight() * ratio : 0;
      ctx.beginPath();
      ctx.moveTo(line, bbox.top - above);
      ctx.lineTo(line, bbox.top + bbox.height);
      ctx.stroke();
      if (place) ctx.fillText(text, place.from, bbox.top - (place.row * rowHeight() + 5) * ratio);
    });
    ctx.restore();
  }

  /** Labels and cursor follow the lines. @param {uPlot} u */
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

  /** Cursor, dots and numbers at the step, or at the layer. */
  function point() {
    const at = shown.layers ? layer : step;
    ends.write((line) => (shown.layers && at === null ? undefined : valueAt(line, at)));
    if (!plot || at === null || at < shown.range[0] || at > shown.range[1]) {
      crosshair.hide();
      return;
    }
    const u = plot;
    const colours = look();
    const dots = shown.lines.flatMap((line) => {
      const value = line.quiet ? null : valueAt(line, at);
      if (value === null || (shown.log && value <= 0)) return [];
      const place = placeBefore(line.steps, at);
      return [{ x: u.valToPos(Number(line.steps[place]), "x"), y: u.valToPos(value, "y"), colour: stroke(colours, line) }];
    });
    crosshair.show(u.valToPos(at, "x"), shown.layers ? String(shown.layers[at - 1]) : tickText(at), dots);
  }

  return {
    element,
    crosshair,

    /**
     * Takes what is to be shown.
     * @param {Shown} next
     * @returns {number} the room that its labels need at the right
     */
    take(next) {
      shown = next;
      if (!next.layers) layer = null;
      const room = Math.max(1, Math.floor((height - look().size * 3) / (look().size * 1.35)));
      ends.build(next.lines, room);
      const needed = ends.width();
      return needed ? needed + BESIDE + 2 : LEAST_RIGHT;
    },

    /**
     * Draws what was taken.
     * @param {number} beside room at the right, as much as all charts need
     */
    draw(beside) {
      if (width < 40 || height < 40) return;
      right = beside;
      const { lines, log, layers } = shown;
      const style = lines.map(({ key, slot, width, strength, of }) => [key, slot, width, strength.toFixed(3), of]);
      const next = JSON.stringify([style, log, layers, look()]);
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

    /** Whether layers stand in the place of steps. */
    get byLayer() {
      return shown.layers !== null;
    },

    /** The layer under the pointer. @param {number | null} left within the plot */
    pointLayer(left) {
      const near = left === null || !plot ? null : Math.round(plot.posToVal(left, "x"));
      layer = near === null ? null : Math.min(shown.layers?.length ?? 1, Math.max(1, near));
      point();
    },

    /**
     * The step of a point nearest to a place.
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

    /** A place as a step, not only where there is a point. @param {number} left */
    exactAt: (left) => (plot ? plot.posToVal(left, "x") : 0),

    /**
     * The step some points away from one.
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
