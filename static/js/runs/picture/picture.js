/** Draws frames onto the current picture: pixels of heat maps, numbers, thickness of arrows. */

import { drawnTensors } from "../../figure/picture/tensors.js";
import { makeSvg } from "../../kit/element.js";
import { cellText, numberText } from "../../kit/number-text.js";
import { numberOf, tensorOf } from "../client/frame.js";
import { createRunPalette } from "./palette.js";
import { colour, IMAGE, pool, pooledSize, tileRows } from "./pixels.js";

/** @typedef {import("../../figure/answers.js").Of} Of */
/** @typedef {import("../client/types.js").Frame} Frame */

/** Interval of new numbers, in milliseconds: faster ones are unreadable. */
const READABLE = 200;
/** Images of a batch in one heat map, two by two. */
const IMAGES = 4;

/** Orders of magnitude between the thickest and the thinnest arrow. */
const DECADES = 4;
const THINNEST = 1;
const THICKEST = 7;

/**
 * A heat map and the canvas on it.
 * @typedef {object} Live
 * @property {string} name of the tensor in the frame
 * @property {Of} of
 * @property {SVGElement} place
 * @property {CanvasRenderingContext2D} context
 * @property {ImageData | null} image
 * @property {Uint32Array} pixels memory of the image
 * @property {Float32Array} means
 * @property {number} top the largest mean, in levels
 * @property {Element | null} scale the text that states the value at full colour
 */

/**
 * @param {import("../../figure/types.js").App} app
 */
export function mountRunPicture(app) {
  const palette = createRunPalette(app.store, repaint);
  /** @type {Live[]} */
  let live = [];
  /** @type {{path: SVGElement, name: string}[]} gradient arrows, by the tensor whose gradient they carry */
  let arrows = [];
  /** @type {Element[]} texts of the loss */
  let losses = [];
  /** Whether frames hold everything drawn; the server is asked for the rest. */
  let whole = false;
  /** @type {Frame | null} */
  let shown = null;
  let written = -Infinity;
  let thick = false;
  /** Whether the loss in the picture is the server's of this pass: a frame's may differ in the last digit. */
  let exact = false;

  /** Return the node whose tensor a source shows; a closed layer shows its output. @param {string} source */
  const nodeOf = (source) => app.graph?.groups.find(({ id }) => id === source)?.output ?? source;

  /** @param {Element} image */
  function canvasOn(image) {
    const canvas = document.createElement("canvas");
    // A canvas in memory: written 30 times a second, never read back.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return null;
    const place = makeSvg(
      "foreignObject",
      { class: "live-heat", ...Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, image.getAttribute(name)])) },
      canvas,
    );
    image.after(place);
    return { place, context };
  }

  function find() {
    const { svg } = app.view;
    live = [];
    arrows = [];
    losses = [];
    whole = true;
    if (!svg || !app.graph) return;
    const fans = new Map();
    const edges = [...svg.querySelectorAll(".edges > [data-source]")];
    for (const edge of edges) fans.set(edge.getAttribute("data-source"), (fans.get(edge.getAttribute("data-source")) ?? 0) + 1);
    for (const { element, of, source } of drawnTensors(svg)) {
      const name = nodeOf(source);
      // An edge carries its node's whole gradient only if the node is read once.
      const known = isSent(name) && (of === "value" || fans.get(source) === 1);
      const on = known && element.localName === "image" ? canvasOn(element) : null;
      if (on) live.push({ name, of, ...on, image: null, pixels: new Uint32Array(), means: new Float32Array(), top: 0, scale: element.parentElement?.querySelector(".heat-scale") ?? null });
      else if (of === "value" || name !== "t") whole = false;
    }
    for (const edge of edges) {
      const name = nodeOf(edge.getAttribute("data-source") ?? "");
      const path = /** @type {SVGElement | null} */ (edge.querySelector(".backward"));
      if (path && isSent(name)) arrows.push({ path, name });
      const value = edge.querySelector("text.value");
      if (value && name === app.graph.output) losses.push(value);
    }
    losses.push(...svg.querySelectorAll('.nodes [data-id="@output"] .unread-value'));
    written = -Infinity;
  }

  /** Whether frames carry a node's tensors; those inside layers they do not. @param {string} name */
  const isSent = (name) => !name.includes(".");

  /**
   * Fill a heat map with the levels of its tensor.
   * @param {Live} one
   * @param {Frame} frame
   */
  function fill(one, frame) {
    if (one.name === "t") return fillLabels(one, frame);
    const tensor = tensorOf(frame, one.name, one.of);
    if (!tensor) return null;
    const [rows, columns] = tensor.shape.length === 1 ? [1, Number(tensor.shape[0])] : [Number(tensor.shape[0]), Number(tensor.shape[1])];
    if (columns === IMAGE * IMAGE) {
      const count = Math.min(rows, IMAGES);
      const across = Math.min(count, 2);
      size(one, Math.ceil(count / across) * IMAGE, across * IMAGE);
      one.top = tileRows(tensor.levels, count, across, one.means);
    } else {
      const { height, width } = pooledSize(rows, columns);
      size(one, height, width);
      one.top = pool(tensor.levels, rows, columns, one.means);
    }
    return tensor.scale;
  }

  /** @param {Live} one @param {Frame} frame */
  function fillLabels(one, { labels }) {
    const { height, width } = pooledSize(1, labels.length);
    size(one, height, width);
    one.top = pool(labels, 1, labels.length, one.means);
    return 1;
  }

  /** @param {Live} one @param {number} height @param {number} width */
  function size(one, height, width) {
    if (one.image?.width === width && one.image.height === height) return;
    const { canvas } = one.context;
    [canvas.width, canvas.height] = [width, height];
    one.image = one.context.createImageData(width, height);
    one.pixels = new Uint32Array(one.image.data.buffer);
    one.means = new Float32Array(width * height);
  }

  /** @param {Frame} frame */
  function paint(frame) {
    app.view.svg?.classList.toggle("normed", thick);
    const now = performance.now();
    const write = frame.state !== "running" || now - written > READABLE;
    if (write) written = now;
    for (const one of live) {
      const scale = fill(one, frame);
      if (scale === null || !one.image) continue;
      colour(one.means, one.top, palette.colours, one.pixels);
      one.context.putImageData(one.image, 0, 0);
      one.place.classList.add("on");
      if (write && one.scale && !thick) setText(one.scale, scaleText(one, scale));
    }
    if (write) writeNumbers(frame);
  }

  /** @param {Frame} frame */
  function writeNumbers(frame) {
    const loss = numberOf(frame.loss);
    if (!exact) for (const text of losses) setText(text, numberText(loss));
    if (!thick) return;
    const norms = arrows.map(({ name }) => numberOf(tensorOf(frame, name, "grad")?.norm));
    const largest = Math.max(0, ...norms.filter(Number.isFinite));
    arrows.forEach(({ path, name }, k) => {
      const norm = /** @type {number} */ (norms[k]);
      // The loss has no tensor; its arrow keeps its thickness.
      if (tensorOf(frame, name, "grad")) path.style.strokeWidth = `${arrowWidth(norm, largest)}px`;
    });
    for (const one of live) {
      const norm = tensorOf(frame, one.name, one.of)?.norm;
      if (one.scale && norm !== undefined) setText(one.scale, app.t("norm {n}", { n: cellText(numberOf(norm)) }));
    }
  }

  function repaint() {
    if (shown) paint(shown);
  }

  app.on("picture", () => {
    find();
    repaint();
  });
  app.on("values", () => {
    // The server wrote its own scales: put the norms back in their place.
    written = -Infinity;
    exact = shown !== null && shown.state !== "running";
    repaint();
  });

  return {
    /** Whether frames hold everything that the picture shows. */
    get whole() {
      return whole;
    },
    /** @param {Frame} frame with tensors @param {boolean} known whether the server's numbers of this pass stand already */
    show(frame, known) {
      [shown, exact] = [frame, known];
      paint(frame);
    },
    /** Show what the server drew: one image, or another run. */
    clear() {
      shown = null;
      app.view.svg?.classList.remove("normed");
      for (const { place } of live) place.classList.remove("on");
      for (const { path } of arrows) path.style.strokeWidth = "";
    },
    /** Set arrows as thick as their gradients, and norms in place of scales. @param {boolean} on */
    setThick(on) {
      thick = on;
      written = -Infinity;
      if (!on) for (const { path } of arrows) path.style.strokeWidth = "";
      repaint();
    },
  };
}

/** @param {Element} element @param {string} text */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Return what a heat map's full colour means.
 * @param {Pick<Live, "top" | "means">} live
 * @param {number} scale of one level
 */
export function scaleText({ top, means }, scale) {
  if (top === 0) return means.length > 0 && means.every(Number.isNaN) ? "NaN" : "0";
  return `±${cellText(top * scale)}`;
}

/**
 * Return an arrow's thickness, logarithmic in the norm: vanishing gradients differ by powers of ten.
 * @param {number} norm
 * @param {number} largest of all arrows
 * @returns {number} in the picture's units
 */
export function arrowWidth(norm, largest) {
  if (!(norm > 0) || !(largest > 0)) return THINNEST;
  if (!Number.isFinite(norm)) return THICKEST;
  const share = 1 + Math.log10(norm / largest) / DECADES;
  return THINNEST + (THICKEST - THINNEST) * Math.min(1, Math.max(0, share));
}
