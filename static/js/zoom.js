/** Pan, zoom and fit of the picture, by d3-zoom. */

import { select, zoom as d3Zoom, zoomIdentity } from "/static/vendor/d3.js";

/** @typedef {{x: number, y: number, k: number}} Transform */

const MARGIN = 24;
const LARGEST_FIT = 1.35;
const RANGE = /** @type {[number, number]} */ ([0.05, 8]);

/**
 * The transform that shows a whole picture in the middle of a view.
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 * @param {{margin?: number, largest?: number, smallest?: number}} [limits]
 * @returns {Transform}
 */
export function fitTransform(picture, view, { margin = MARGIN, largest = LARGEST_FIT, smallest = 0 } = {}) {
  const scale = Math.min((view.width - 2 * margin) / picture.width, (view.height - 2 * margin) / picture.height);
  const k = Math.max(smallest, RANGE[0], Math.min(largest, scale));
  const x = (view.width - picture.width * k) / 2;
  const y = (view.height - picture.height * k) / 2;
  // What does not fit is read from its beginning: the inputs, at the left.
  return { k, x: picture.width * k > view.width ? Math.max(x, Math.min(margin, 12)) : x, y };
}

/**
 * The smallest shift that brings a box into a view, with a margin.
 * @param {{x: number, y: number, width: number, height: number}} box on the screen
 * @param {{width: number, height: number}} view
 * @param {number} margin
 */
export function shiftIntoView(box, view, margin) {
  /** @param {number} start @param {number} length @param {number} room */
  const along = (start, length, room) => {
    if (length > room - 2 * margin) return room / 2 - (start + length / 2);
    if (start < margin) return margin - start;
    if (start + length > room - margin) return room - margin - (start + length);
    return 0;
  };
  return { dx: along(box.x, box.width, view.width), dy: along(box.y, box.height, view.height) };
}

export const motionDuration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220);

/**
 * @param {HTMLElement} canvas
 * @param {ReturnType<typeof import("./picture-view.js").createPictureView>} view
 * @param {(transform: Transform) => void} onChange
 */
export function createZoom(canvas, view, onChange) {
  /** While nobody has moved the picture it is fitted again whenever it or its room changes. */
  let fitted = true;
  let silent = false;
  /** @type {Transform} */
  let current = { x: 0, y: 0, k: 1 };

  const behaviour = d3Zoom()
    .scaleExtent(RANGE)
    .clickDistance(4)
    .filter((/** @type {any} */ event) => !event.button && (event.type !== "wheel" || !event.altKey))
    .on("zoom", (/** @type {any} */ event) => {
      current = { x: event.transform.x, y: event.transform.y, k: event.transform.k };
      view.viewport?.setAttribute("transform", String(event.transform));
      if (event.sourceEvent || !silent) fitted = false;
      onChange(current);
    });

  const room = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const selection = () => select(/** @type {Element} */ (/** @type {unknown} */ (view.svg)));

  /**
   * @param {Transform} to
   * @param {number} [duration]
   */
  function go(to, duration = 0) {
    if (!view.svg) return;
    const target = zoomIdentity.translate(to.x, to.y).scale(to.k);
    const chosen = selection();
    if (duration > 0) chosen.transition().duration(duration).call(behaviour.transform, target);
    else chosen.call(behaviour.transform, target);
  }

  /** @param {number} [duration] */
  function fit(duration = 0) {
    const { width, height } = room();
    if (!view.svg || !width || !height) return;
    silent = true;
    const smallest = width < 600 ? 0.5 : 0;
    go(fitTransform(view.size, { width, height }, { smallest, margin: width < 600 ? 10 : MARGIN }), duration);
    window.setTimeout(() => (silent = false), duration + 60);
    fitted = true;
  }

  new ResizeObserver(() => fitted && fit()).observe(canvas);

  return {
    get transform() {
      return current;
    },
    get fitted() {
      return fitted;
    },
    go,
    fit,
    room,

    /** Takes hold of a picture just inserted; the transform stays. */
    attach() {
      const chosen = selection();
      chosen.call(behaviour).on("dblclick.zoom", null);
      silent = true;
      const kept = fitted;
      go(current);
      fitted = kept;
      silent = false;
    },

    /** @param {number} factor */
    by(factor) {
      if (view.svg) selection().transition().duration(motionDuration()).call(behaviour.scaleBy, factor);
    },

    /** @param {number} dx @param {number} dy on the screen */
    pan(dx, dy, duration = 0) {
      go({ ...current, x: current.x + dx, y: current.y + dy }, duration);
    },

    /** @param {string} id */
    reveal(id) {
      const box = view.box(id);
      if (!box) return;
      const onScreen = {
        x: box.x * current.k + current.x,
        y: box.y * current.k + current.y,
        width: box.width * current.k,
        height: box.height * current.k,
      };
      const { dx, dy } = shiftIntoView(onScreen, room(), 56);
      if (dx || dy) go({ ...current, x: current.x + dx, y: current.y + dy }, motionDuration());
    },
  };
}
