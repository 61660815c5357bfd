/** Pan, zoom and fit of the picture, with d3-zoom. */

import { select, zoom as d3Zoom, zoomIdentity } from "../../../vendor/d3.js";
import { createMotion } from "./motion.js";
import { fitAround, fitTransform, shiftIntoView } from "./zoom-geometry.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

const RANGE = /** @type {[number, number]} */ ([0.05, 8]);

/** Scale at which numbers are about ten pixels high. */
const SMALLEST_READABLE = 0.7;
/** Scale that is still accepted if it shows the whole graph. */
const SMALLEST_TOLERATED = 0.58;
/** Height of the minimap and the zoom buttons. */
const FOOT = 56;

export const motionDuration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220);

/**
 * @param {HTMLElement} canvas
 * @param {ReturnType<typeof import("./view.js").createPictureView>} view
 * @param {object} options
 * @param {boolean} options.embedded the page scrolls: Ctrl+wheel zooms, one finger scrolls, no buttons at the foot
 * @param {() => number | undefined} [options.largest] maximum scale of a small picture fitted to its view
 * @param {(transform: Transform) => void} options.onChange
 * @param {(transform: Transform) => void} options.onSettle called after a move has ended
 */
export function createZoom(canvas, view, { embedded, largest = () => undefined, onChange, onSettle }) {
  const room = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
  const motion = createMotion(view, room);
  /**
   * Until a person moves the picture, it is refitted whenever it or its view changes size.
   * @type {"readable" | "whole" | null}
   */
  let fitted = "readable";
  /** @type {Transform} */
  let current = { x: 0, y: 0, k: 1 };

  const behaviour = d3Zoom()
    .scaleExtent(RANGE)
    .clickDistance(4)
    .filter((/** @type {any} */ event) => {
      if (event.type === "wheel") return embedded ? event.ctrlKey || event.metaKey : !event.altKey;
      return !event.button && !(embedded && event.touches?.length === 1);
    })
    .on("zoom", (/** @type {any} */ event) => {
      current = { x: event.transform.x, y: event.transform.y, k: event.transform.k };
      motion.move(current);
      if (event.sourceEvent) fitted = null;
      onChange(current);
    })
    .on("end", () => {
      motion.settle(current);
      onSettle(current);
    });

  const selection = () => select(/** @type {Element} */ (canvas));

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

  /**
   * @param {number} [duration]
   * @param {boolean} [whole] show everything, however small; else stay readable
   */
  function fit(duration = 0, whole = false) {
    const { width, height } = room();
    if (!view.svg || !width || !height) return;
    const narrow = width < 600;
    const first = view.svg.querySelector(".nodes .input, .nodes .node")?.getAttribute("data-id");
    const start = first ? view.centre(first)?.y : undefined;
    const limits = whole ? {} : { smallest: SMALLEST_READABLE, tolerated: SMALLEST_TOLERATED };
    go(fitTransform(view.size, { width, height }, { ...limits, largest: largest(), margin: narrow ? 10 : 20, start, foot: embedded ? 0 : FOOT }), duration);
    fitted = whole ? "whole" : "readable";
  }

  /**
   * Fit again after a change of the picture or its view, unless a person has moved the picture.
   * @param {number} [duration]
   */
  function refit(duration = 0) {
    if (fitted) fit(duration, fitted === "whole");
  }

  /**
   * Move on request; from now on the picture stays where it is put.
   * @param {Transform} to
   * @param {number} [duration]
   */
  function move(to, duration) {
    fitted = null;
    go(to, duration);
  }

  selection().call(behaviour).on("dblclick.zoom", null);
  new ResizeObserver(() => refit()).observe(canvas);

  return {
    get transform() {
      return current;
    },
    move,
    /** Let the next picture be fitted, wherever this one was moved. */
    release() {
      fitted = "readable";
    },
    fit,
    refit,
    room,

    /** Take over a picture just inserted; the transform stays. */
    attach() {
      // A running transition of the previous picture would move this one.
      selection().interrupt();
      motion.settle(current);
      go(current);
    },

    /** @param {number} factor */
    by(factor) {
      fitted = null;
      if (view.svg) selection().transition().duration(motionDuration()).call(behaviour.scaleBy, factor);
    },

    /**
     * Keep a place of the picture at its spot on the screen after a change. Until a person moves the picture, it still
     * shows as much as is readable.
     * @param {{x: number, y: number}} place in the view, now
     * @param {{x: number, y: number}} target in the view, wanted
     */
    hold(place, target) {
      const inside = { x: (place.x - current.x) / current.k, y: (place.y - current.y) / current.k };
      const around = fitAround(view.size, room(), inside, target, { margin: 12 });
      if (fitted && around.k >= SMALLEST_TOLERATED) go(around);
      else move({ ...current, x: current.x + target.x - place.x, y: current.y + target.y - place.y });
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
      if (dx || dy) move({ ...current, x: current.x + dx, y: current.y + dy }, motionDuration());
    },
  };
}
