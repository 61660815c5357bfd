/** A small SVG plot: axes, lines and labels, redrawn when its place changes size. */

import { makeSvg } from "./element.js";
import { linePath, scale, ticks } from "./plot-scale.js";

/** @typedef {import("./plot-scale.js").Axis} Axis */
/** @typedef {import("./plot-scale.js").Point} Point */

/**
 * What a figure draws with.
 * @typedef {object} Pen
 * @property {ReturnType<typeof scale>} x
 * @property {ReturnType<typeof scale>} y
 * @property {{left: number, right: number, top: number, bottom: number}} room
 * @property {(className: string, points: Point[]) => SVGElement} line takes points as numbers
 * @property {(at: Point, slope: number, reach: number) => SVGElement} tangent `reach` is half its length, as a share of
 *   the x axis
 * @property {(className: string, at: Point, radius?: number) => SVGElement} dot
 * @property {(className: string, points: Point[]) => SVGElement} dots many dots of one size in one element; the stroke
 *   width sets the size
 * @property {(className: string, at: Point, words: string, shift?: {dx?: number, dy?: number, anchor?: string}) => SVGElement} label
 */

/**
 * @typedef {object} Drawing
 * @property {Axis} x
 * @property {Axis} y
 * @property {string} description text for a screen reader
 * @property {(pen: Pen) => void} draw
 */

/** Font size in pixels that the distances below are given for; lesson-figures.css sets it. */
const LETTERS = 12;
/** Width of a figure on a page of A4, between its margins, in pixels. */
const PAPER = 642;
const MARGIN = { left: 52, right: 18, top: 30, bottom: 40 };

/** @param {number} value 1e-3 becomes 10⁻³ */
const powerText = (value) =>
  `10${String(Math.round(Math.log10(value))).replace(/./g, (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)] ?? "")}`;

/** @param {number} value */
const plainText = (value) => String(value).replace("-", "−");

/** @param {Axis} axis */
const textOf = (axis) => axis.text ?? (axis.log ? powerText : plainText);

/**
 * @param {HTMLElement} host
 * @param {() => Drawing | null} describe called at every drawing; null draws nothing
 * @param {object} [options]
 * @param {number | ((width: number) => number)} [options.ratio] height divided by width
 * @param {number} [options.right] space at the right for labels at line ends
 */
export function createPlot(host, describe, { ratio = 0.55, right = MARGIN.right } = {}) {
  // Until its curve has come it is no picture: a screen reader would find one without a name.
  const svg = makeSvg("svg", { class: "plot" });
  host.append(svg);
  let frame = 0;

  /** @param {number} [width] */
  function draw(width = host.clientWidth) {
    cancelAnimationFrame(frame);
    frame = 0;
    const drawing = describe();
    if (!drawing || width < 80) return;
    // Distances follow the font size, which grows on a projector and in a presentation.
    const em = Math.max(1, parseFloat(getComputedStyle(svg).fontSize) / LETTERS || 1);
    const highest = em > 1.3 ? Math.min(420 * em, window.innerHeight * 0.5) : 420;
    const height = Math.round(Math.min(highest, Math.max(200, width * (typeof ratio === "number" ? ratio : ratio(width)))));
    const narrow = width < 420;
    const room = { left: MARGIN.left * em, right: width - (narrow ? Math.min(right, 64) : right) * em, top: MARGIN.top * em, bottom: height - MARGIN.bottom * em };
    const x = scale(drawing.x, [room.left, room.right]);
    const y = scale(drawing.y, [room.bottom, room.top]);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("width", String(width));
    svg.setAttribute("height", String(height));
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", drawing.description);
    const layer = makeSvg("g");

    const across = drawing.x.ticks ?? ticks(drawing.x, (room.right - room.left) / ((drawing.x.log ? 46 : 70) * em));
    const up = drawing.y.ticks ?? ticks(drawing.y, (room.bottom - room.top) / (44 * em));
    for (const value of across) {
      const at = x(value);
      layer.append(makeSvg("path", { class: "plot-grid", d: `M${at} ${room.top}V${room.bottom}` }));
      layer.append(makeSvg("text", { class: "plot-tick", x: at, y: room.bottom + 16 * em, "text-anchor": "middle" }, textOf(drawing.x)(value)));
    }
    for (const value of up) {
      const at = y(value);
      layer.append(makeSvg("path", { class: "plot-grid", d: `M${room.left} ${at}H${room.right}` }));
      layer.append(makeSvg("text", { class: "plot-tick", x: room.left - 8, y: at + 4 * em, "text-anchor": "end" }, textOf(drawing.y)(value)));
    }
    for (const [axis, from, to, direction] of /** @type {const} */ ([[drawing.x, room.top, room.bottom, "V"], [drawing.y, room.left, room.right, "H"]])) {
      if (axis.log || axis.domain[0] > 0 || axis.domain[1] < 0) continue;
      const zero = direction === "V" ? x(0) : y(0);
      layer.append(makeSvg("path", { class: "plot-zero", d: direction === "V" ? `M${zero} ${from}V${to}` : `M${from} ${zero}H${to}` }));
    }
    layer.append(makeSvg("text", { class: "plot-label", x: (room.left + room.right) / 2, y: height - 6, "text-anchor": "middle" }, drawing.x.label));
    layer.append(makeSvg("text", { class: "plot-label", x: 4, y: 13 * em }, drawing.y.label));

    // Clip lines at the edge of the plot.
    const inside = makeSvg("svg", {
      x: room.left,
      y: room.top,
      width: room.right - room.left,
      height: room.bottom - room.top,
      viewBox: `${room.left} ${room.top} ${room.right - room.left} ${room.bottom - room.top}`,
    });
    layer.append(inside);

    /** @type {Pen} */
    const pen = {
      x,
      y,
      room,
      line(className, points) {
        const path = linePath(points.map((point) => ({ x: x(point.x), y: y(point.y) })), room);
        const element = makeSvg("path", { class: `plot-line ${className}`, d: path });
        inside.append(element);
        return element;
      },
      tangent(at, slope, reach) {
        const half = (drawing.x.domain[1] - drawing.x.domain[0]) * reach;
        // All tangents have the same length on the screen, whatever their slope.
        const run = half / Math.hypot(1, (slope * (y(1) - y(0))) / (x(1) - x(0)));
        return pen.line("backward tangent", [{ x: at.x - run, y: at.y - slope * run }, { x: at.x + run, y: at.y + slope * run }]);
      },
      dot(className, at, radius = 5) {
        const element = makeSvg("circle", { class: `plot-dot ${className}`, cx: x(at.x), cy: y(at.y), r: radius });
        layer.append(element);
        return element;
      },
      dots(className, points) {
        const path = points.map((point) => `M${x(point.x).toFixed(1)} ${y(point.y).toFixed(1)}h0`).join("");
        const element = makeSvg("path", { class: `plot-dots ${className}`, d: path });
        layer.append(element);
        return element;
      },
      label(className, at, words, { dx = 0, dy = 0, anchor = "start" } = {}) {
        const element = makeSvg("text", { class: `plot-text ${className}`, x: x(at.x) + dx * em, y: y(at.y) + dy * em, "text-anchor": anchor }, words);
        layer.append(element);
        return element;
      },
    };
    drawing.draw(pen);
    svg.replaceChildren(layer);
    last = pen;
  }

  /** @type {Pen | null} */
  let last = null;
  const later = () => (frame ||= requestAnimationFrame(() => draw()));
  new ResizeObserver(later).observe(host);

  // On paper it is drawn for the paper's width: a wide plot made smaller would have letters that nobody reads.
  function onPaper() {
    if (!host.isConnected) return window.removeEventListener("beforeprint", onPaper);
    const whole = host.closest("figure")?.clientWidth ?? 0;
    if (whole > PAPER) draw((host.clientWidth / whole) * PAPER);
  }
  window.addEventListener("beforeprint", onPaper);
  window.addEventListener("afterprint", later);

  return {
    svg,
    /** Redraw in the next animation frame. */
    update: later,
    /**
     * Return the number on the x axis under a pointer.
     * @param {PointerEvent | MouseEvent} event
     */
    under(event) {
      const box = svg.getBoundingClientRect();
      return last ? last.x.invert(event.clientX - box.left) : null;
    },
  };
}
