/** Pan, zoom and fit of the picture, with d3-zoom. */

import { select, zoom as d3Zoom, zoomIdentity } from "../../../vendor/d3.js";
import { overhang, readableShare, smallestLetter } from "./letters.js";
import { FOOT, LESSON, LETTERS, MARGINS, NARROW, TIMES, ZOOM } from "./measures.js";
import { createMotion } from "./motion.js";
import { bringWhole, fitAround, fitTransform, isLost, keepPart, partsOf, scaledAbout, shiftIntoView } from "./zoom-geometry.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

export const motionDuration = () => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 220);

/** @typedef {[number, number, number]} View centre and width of what is seen */

/** @param {View} a @param {View} b @returns {(t: number) => View} */
const straight = (a, b) => (t) => [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];

/**
 * @param {HTMLElement} canvas
 * @param {ReturnType<typeof import("./view.js").createPictureView>} view
 * @param {object} options
 * @param {boolean} options.embedded the page scrolls: Ctrl+wheel zooms, one finger scrolls, no buttons at the foot
 * @param {boolean} [options.begins] what does not fit begins at its inputs
 * @param {() => number | undefined} [options.largest] maximum scale of a small picture fitted to its view
 * @param {(transform: Transform) => void} options.onChange
 * @param {(transform: Transform) => void} options.onSettle called after a move has ended
 */
export function createZoom(canvas, view, { embedded, begins = embedded, largest = () => undefined, onChange, onSettle }) {
  /** @type {{width: number, height: number} | null} size of the view, known for a frame: asking lays out what has changed */
  let size = null;
  function room() {
    if (!size) requestAnimationFrame(() => (size = null));
    size ??= { width: canvas.clientWidth, height: canvas.clientHeight };
    return size;
  }
  /** The part of the view that nothing stands on. */
  function free() {
    const { width, height } = room();
    return { width, height: height - (embedded ? 0 : FOOT.height) };
  }
  /** Scales at which all texts can be read, and at which still the numbers can. */
  function readable() {
    if (embedded) return { smallest: LESSON.around, tolerated: 0 };
    const letter = smallestLetter();
    return { smallest: letter / LETTERS.number, tolerated: letter / LETTERS.room };
  }

  /**
   * Return the scale of a picture that is cut off; none for one that tells enough as a whole.
   * @param {number} k scale of the whole picture
   */
  function limits(k) {
    const { svg } = view;
    const blank = svg?.dataset.labels === "blanks";
    // Where one reads, a picture is seen as a whole, and one comes near to see more.
    if (embedded) return blank ? LESSON.boxes : {};
    const letter = smallestLetter();
    if (!svg || readableShare(svg, letter / k) >= ZOOM.enough) return {};
    // On a phone, or where one reads on, elements of matrices would leave room for little else.
    const cells = !begins && room().width >= NARROW.view && svg.querySelector("[data-cells]") !== null;
    const smallest = letter / (blank ? LETTERS.number : cells ? LETTERS.cell : LETTERS.room);
    return k < smallest ? { smallest, tolerated: smallest } : {};
  }
  const motion = createMotion(view, room);
  /**
   * Until a person moves the picture, it is refitted whenever it or its view changes size.
   * @type {"readable" | "whole" | null}
   */
  let fitted = "readable";
  /** Whether a group just opened or closed keeps its place, whatever the view's size. */
  let held = false;
  /** @type {Transform} */
  let current = { x: 0, y: 0, k: 1 };
  /** @type {Transform | null} where a move of its own leads */
  let goal = null;

  const behaviour = d3Zoom()
    .scaleExtent(ZOOM.range)
    // A view hidden while the picture moves has no size, and between two sizes of nothing lies no number.
    .extent(() => [[0, 0], [Math.max(1, room().width), Math.max(1, room().height)]])
    // Straight: what has the same place before and after does not move in between.
    .interpolate(straight)
    .clickDistance(4)
    .constrain((/** @type {any} */ wanted) => {
      if (!view.svg) return wanted;
      const { x, y } = keepPart(view.size, room(), wanted);
      return x === wanted.x && y === wanted.y ? wanted : zoomIdentity.translate(x, y).scale(wanted.k);
    })
    .filter((/** @type {any} */ event) => {
      if (event.type === "wheel") return embedded ? event.ctrlKey || event.metaKey : !event.altKey;
      return !event.button && !(embedded && event.touches?.length === 1);
    })
    .on("zoom", (/** @type {any} */ event) => {
      current = { x: event.transform.x, y: event.transform.y, k: event.transform.k };
      motion.move(current);
      if (event.sourceEvent) fitted = goal = null;
      onChange(current);
    })
    .on("end", () => {
      // A move that another replaces ends too, before it is there.
      if (goal && goal.k === current.k && goal.x === current.x && goal.y === current.y) goal = null;
      room();
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
    goal = duration > 0 ? to : null;
    if (duration > 0) chosen.transition().duration(duration).call(behaviour.transform, target);
    else chosen.call(behaviour.transform, target);
  }

  /**
   * Fit the picture with the names that reach beyond its sides from afar.
   * @param {Parameters<typeof fitTransform>[2]} frame
   */
  function fitNames(frame) {
    const { width, height } = room();
    let to = fitTransform(view.size, { width, height }, frame);
    const told = view.svg?.getAttribute("data-overhang");
    if (!told) return to;
    // The smaller the picture, the larger its names.
    const letter = smallestLetter();
    for (let look = 0; look < 3; look += 1) {
      const { left, right } = overhang(told, letter / to.k);
      to = fitTransform(view.size, { width: width - (left + right) * letter, height }, frame);
      to = { ...to, x: to.x + left * letter };
    }
    return to;
  }

  /** Move a fit that cuts the picture off until what is selected is in view. @param {Transform} to */
  function withSelected(to) {
    const id = view.svg?.querySelector(".nodes .selected")?.getAttribute("data-id");
    const box = id ? view.box(id) : null;
    if (!box) return to;
    const { k } = to;
    const { dx, dy } = shiftIntoView({ x: box.x * k + to.x, y: box.y * k + to.y, width: box.width * k, height: box.height * k }, free(), 12);
    return { k, x: to.x + dx, y: to.y + dy };
  }

  /**
   * @param {number} [duration]
   * @param {boolean} [whole] show everything, however small; else stay readable
   */
  function fit(duration = 0, whole = false) {
    const { width, height } = room();
    if (!view.svg || !width || !height) return;
    const narrow = width < NARROW.view;
    // What does not fit begins at its inputs in a lesson that is read, and ends at its output where one works with it.
    const end = begins ? null : view.centre("@output");
    const first = view.svg.querySelector(".nodes .input, .nodes .node")?.getAttribute("data-id");
    const shown = end ?? (first ? view.centre(first) : null);
    // Lines are read downwards too.
    const down = view.svg.dataset.direction === "down" || Number(view.svg.dataset.lines) > 1;
    const start = down ? shown?.x : shown?.y;
    const frame = { largest: largest(), margin: MARGINS[narrow || !embedded ? "narrow" : "wide"], start, atEnd: end !== null, down, foot: embedded || (narrow && height < FOOT.short) ? 0 : FOOT.height };
    const all = fitNames(frame);
    // Where the picture's own margin is all that is lacking, elements of matrices are numbers rather than tiles.
    const cell = smallestLetter() / LETTERS.cell;
    const tight = fitNames({ ...frame, margin: -MARGINS.own, largest: cell });
    const cells = !embedded && all.k < cell && tight.k >= cell && view.svg.querySelector("[data-cells]") !== null;
    if (cells) go(tight, duration);
    else go(whole ? all : withSelected(fitNames({ ...frame, ...limits(all.k) })), duration);
    fitted = whole ? "whole" : "readable";
    held = false;
  }

  /**
   * Fit again after a change of the picture or its view. A picture that a person has moved stays, unless that hides it.
   * @param {number} [duration]
   */
  function refit(duration = 0) {
    const { width, height } = room();
    if (fitted || (view.svg && width && height && isLost(view.size, { width, height }, current))) fit(duration, fitted === "whole");
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

  /** Bring an element into view without zooming. @param {string} id */
  function reveal(id) {
    const box = view.box(id);
    if (!box) return;
    const onScreen = {
      x: box.x * current.k + current.x,
      y: box.y * current.k + current.y,
      width: box.width * current.k,
      height: box.height * current.k,
    };
    // What a fitted picture shows whole stays where it is, and the picture fitted.
    const hidden = shiftIntoView(onScreen, room(), 0);
    if (fitted && !hidden.dx && !hidden.dy) return;
    const { dx, dy } = shiftIntoView(onScreen, room(), 56);
    if (dx || dy) move({ ...current, x: current.x + dx, y: current.y + dy }, motionDuration());
  }

  selection().call(behaviour).on("dblclick.zoom", null);
  /** Show in the changed view what was shown before: the whole picture, or what is selected. */
  function settleIn() {
    if (held) return;
    const selected = view.svg?.querySelector(".selected")?.getAttribute("data-id");
    if (fitted || !selected) refit(motionDuration());
    else reveal(selected);
  }

  /** Whether the view is about to change its size under the pointer. */
  let waiting = false;
  let later = 0;
  /** Whether the picture is on paper, where no view is. */
  let printed = false;

  function resized() {
    size = null;
    clearTimeout(later);
    if (held || printed) return;
    if (waiting) later = window.setTimeout(settleIn, TIMES.doubleClick);
    else refit();
    waiting = false;
  }
  new ResizeObserver(resized).observe(canvas);

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
    free,
    isLarge: motion.isLarge,

    /** Let the picture stay for a moment when the view changes its size: a click must not move what it hits. */
    wait() {
      waiting = true;
      window.setTimeout(() => (waiting = false), 100);
    },

    /** Leave the picture alone while it is on paper. @param {boolean} on */
    print(on) {
      if (on) {
        goal = null;
        selection().interrupt();
      }
      printed = on;
    },

    /** Take over a picture just inserted; the transform stays, at the end of a move. */
    attach() {
      const end = goal;
      // A running transition of the previous picture would move this one.
      selection().interrupt();
      current = end ?? current;
      motion.settle(current);
      go(current);
    },

    /** Zoom about the view's middle, from where a move leads: quick presses add up. @param {number} factor */
    by(factor) {
      fitted = null;
      if (!view.svg) return;
      const { width, height } = room();
      go(keepPart(view.size, room(), scaledAbout(goal ?? current, factor, { x: width / 2, y: height / 2 }, ZOOM.range)), motionDuration());
    },

    /**
     * Keep a place of the picture at its spot on the screen after a group was opened or closed. Then bring the group
     * wholly into view, and the whole picture too where that stays readable.
     * @param {{x: number, y: number}} place in the view, now
     * @param {{x: number, y: number}} target in the view, wanted
     * @param {{x: number, y: number, width: number, height: number} | null} box the group, in the picture
     * @param {number} duration of the second move
     */
    hold(place, target, box, duration) {
      const { width, height } = room();
      const inside = { x: (place.x - current.x) / current.k, y: (place.y - current.y) / current.k };
      const stay = { ...current, x: current.x + target.x - place.x, y: current.y + target.y - place.y };
      go(stay);
      const around = fitAround(view.size, free(), inside, target, { margin: 12 });
      if (fitted && around.k >= readable().smallest) return go(around, duration);
      held = true;
      const all = bringWhole({ x: 0, y: 0, ...view.size }, free(), inside, stay, 12);
      const wanted = fitted && all.k >= readable().tolerated ? all : box ? bringWhole(box, free(), inside, stay) : stay;
      // Lines that fit their view stay in it: what opened may have gone from the end of one to the begin of the next.
      const across = view.size.width * wanted.k;
      const to = begins && !embedded && across <= width ? { ...wanted, x: (width - across) / 2 } : wanted;
      if (isLost(view.size, { width, height }, to)) fit(duration);
      else go(to, duration);
    },

    reveal,

    /**
     * Return the transforms that show the picture part by part, so near that its numbers can be read; none if they can
     * be as a whole.
     */
    parts() {
      const { svg } = view;
      if (!svg) return [];
      const near = smallestLetter() / (svg.querySelector("[data-cells]") ? LETTERS.cell : LETTERS.room);
      return fitTransform(view.size, room(), { margin: 20 }).k >= near ? [] : partsOf(view.size, room(), near);
    },

    /** Bring an element into view if a person came near and it is outside. @param {string} id */
    follow(id) {
      if (!fitted) reveal(id);
    },
  };
}
