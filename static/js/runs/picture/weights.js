/** The weights of the first layer as images: what each hidden unit multiplies the pixels by. */

import { make } from "../../kit/element.js";
import { cellText } from "../../kit/number-text.js";
import { tensorOf } from "../client/frame.js";
import { createRunPalette } from "./palette.js";
import { IMAGE, NAN, tileColumns, tilesSize } from "./pixels.js";

/** @typedef {import("../../figure/answers.js").Of} Of */
/** @typedef {import("../client/types.js").RunSession} RunSession */

/** Pixels between two images. */
const GAP = 2;
/** Maximum units in a frame (app/runs/protocol/frames.py), and units of a net without a hidden layer. */
const MOST = Math.floor(65_536 / (IMAGE * IMAGE));
const CLASSES = 10;
/** Minimum side of an image, in CSS pixels. */
const SIDE = 44;

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 */
export function mountRunWeights(session, host) {
  const { t } = session;
  const palette = createRunPalette(session.store, paint);
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));
  const choices = /** @type {Of[]} */ (["value", "grad"]).map((of) => ({ of, button: make("button", { type: "button", role: "radio", "data-of": of }) }));
  const group = make("div", { class: "choices", role: "radiogroup" }, choices.map(({ button }) => button));
  const legend = make("p", { class: "muted weights-legend" });
  const place = make("div", { class: "weights-place" }, canvas);
  host.append(make("div", { class: "weights-head" }, group, legend), place);

  /** @type {Of} */
  let of = "value";
  /** @type {ImageData | null} */
  let image = null;
  let pixels = new Uint32Array();
  let layout = { units: 0, across: 0 };
  let written = -Infinity;

  /** @param {number} units */
  function arrange(units) {
    const across = Math.max(1, Math.min(units, Math.floor(place.clientWidth / (SIDE + GAP))));
    if (image && layout.units === units && layout.across === across) return;
    layout = { units, across };
    const { width, height } = tilesSize(units, across, GAP);
    [canvas.width, canvas.height] = [width, height];
    canvas.style.aspectRatio = `${width} / ${height}`;
    canvas.style.maxWidth = `${width * 2}px`;
    image = context.createImageData(width, height);
    pixels = new Uint32Array(image.data.buffer);
  }

  /** Reserve the room of the images before the first frame. */
  function reserve() {
    if (place.clientWidth) arrange(Math.min(session.current.options.hidden[0] ?? CLASSES, MOST));
  }

  function paint() {
    const frame = session.current.frame;
    if (!frame) reserve();
    const tensor = frame && tensorOf(frame, "W1", of);
    const fits = tensor && tensor.whole[0] === IMAGE * IMAGE;
    if (frame && frame.tensors.length > 0) place.hidden = !fits;
    if (!fits || !place.clientWidth) return;
    const units = Number(tensor.shape[1]);
    arrange(units);
    if (!image) return;
    tileColumns(tensor.levels, units, units, layout.across, GAP, palette.colours, pixels);
    context.putImageData(image, 0, 0);
    if (frame.state === "running" && performance.now() - written < 200) return;
    written = performance.now();
    const all = Number(tensor.whole[1]);
    const unknown = tensor.levels.every((level) => level === NAN);
    const text = unknown ? t("{n} units, all NaN", { n: all }) : all > units ? t("The first {n} of {m} units, full colour ±{scale}", { n: units, m: all, scale: cellText(tensor.scale * 127) }) : t("{n} units, full colour ±{scale}", { n: units, scale: cellText(tensor.scale * 127) });
    if (legend.textContent !== text) legend.textContent = text;
  }

  function words() {
    for (const { of: one, button } of choices) {
      button.textContent = one === "value" ? t("Weights") : t("Gradient of the weights");
      button.setAttribute("aria-checked", String(one === of));
      button.tabIndex = one === of ? 0 : -1;
    }
    group.setAttribute("aria-label", t("What the images show"));
    canvas.setAttribute("aria-label", t("One image of 28 × 28 for each unit of the first layer: blue raises it, orange lowers it."));
    written = -Infinity;
    paint();
  }

  group.addEventListener("click", ({ target }) => {
    const next = target instanceof Element && target.closest("[data-of]")?.getAttribute("data-of");
    if (!next) return;
    of = /** @type {Of} */ (next);
    words();
  });
  session.on("frame", ({ frame }) => (seen || frame.state !== "running") && paint());
  session.on("current", () => {
    written = -Infinity;
    if (session.current.frame) paint();
    else reserve();
  });
  // Paint only what is visible.
  let seen = true;
  new IntersectionObserver(([entry]) => {
    seen = entry?.isIntersecting ?? true;
    if (seen) paint();
  }).observe(host);
  session.store.subscribe(["lang"], words);
  new ResizeObserver(paint).observe(place);
  words();
}
