/** Pan, zoom and fit of the picture, by d3-zoom. */

import { fitTransform, shiftIntoView } from "./zoom-geometry.js";
import { select, zoom as d3Zoom, zoomIdentity } from "../vendor/d3.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

const RANGE = /** @type {[number, number]} */ ([0.05, 8]);

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
    const narrow = width < 600;
    go(fitTransform(view.size, { width, height }, narrow ? { smallest: 0.5, margin: 10 } : {}), duration);
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
