/** The frame of a lesson's graph: as high as its picture, and where a walk goes in sight. */

import { bringIntoStage, mountStageScroll } from "../../figure/picture/stage-scroll.js";
import { numberScales, overhang, smallestLetter } from "../../figure/picture/letters.js";
import { PAPER } from "../../figure/picture/print.js";
import { viewSize } from "../../figure/picture/view-size.js";

/** @typedef {import("../../figure/types.js").Figure} Figure */

/** @param {"presenting" | "on-paper"} mode */
const is = (mode) => document.documentElement.classList.contains(mode);

/**
 * @param {HTMLElement} stage the frame
 * @param {HTMLElement} canvas in a view in the frame
 * @param {import("../types.js").Lesson} lesson
 * @param {import("../../figure/types.js").State} state
 * @param {number} highest maximum share of the screen's height for a picture
 */
export function stageFigure(stage, canvas, lesson, state, highest) {
  const view = /** @type {HTMLElement} */ (canvas.parentElement);
  /** Height of the frame: it does not shrink while the person reads. */
  let tallest = 0;
  let known = "";

  function makeRoom() {
    const { svg, size: picture } = figure.picture;
    const room = stage.clientWidth;
    if (!svg || room === 0 || is("on-paper")) return;
    view.classList.remove("still");
    const frame = [is("presenting"), room, svg.dataset.direction].join();
    if (frame !== known) tallest = 0;
    known = frame;
    if (is("presenting")) {
      view.style.width = view.style.height = "";
      return;
    }
    const letter = smallestLetter();
    const size = viewSize(picture, room, window.innerHeight * highest, svg.dataset.labels === "blanks", {
      scales: numberScales(svg, letter),
      beyond(scale) {
        const { left, right } = overhang(svg.dataset.overhang ?? "", letter / scale);
        return (left + right) * letter;
      },
    });
    tallest = Math.max(tallest, size.height);
    view.style.width = `${size.width}px`;
    view.style.height = `${tallest}px`;
  }

  const figure = lesson.createFigure(canvas, state, {
    room() {
      if (is("on-paper")) return PAPER;
      if (is("presenting")) return { width: canvas.clientWidth, height: canvas.clientHeight };
      return { width: stage.clientWidth, height: window.innerHeight * highest };
    },
    makeRoom,
  });
  mountStageScroll(stage, lesson.t);
  new ResizeObserver(makeRoom).observe(stage);

  return {
    figure,
    /**
     * Bring what a step or a table is about into sight.
     * @param {Element | null | undefined} about a node
     * @param {boolean} [atOnce]
     */
    follow(about, atOnce = false) {
      const id = about?.getAttribute("data-id");
      if (id) figure.zoom.follow(id);
      bringIntoStage(stage, about, atOnce);
    },
  };
}
