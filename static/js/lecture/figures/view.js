/** A graph view inside a special figure, as high as its picture. */

import { firstPicture } from "../../figure/first-picture.js";
import { make } from "../../kit/element.js";
import { stageFigure } from "./stage.js";
import { zoomButtons } from "./zoom-buttons.js";

/** Maximum share of the screen's height for a picture. */
const HIGHEST = 0.5;

/**
 * @param {HTMLElement} host
 * @param {import("../types.js").LessonFigure} figure
 * @param {import("../types.js").Lesson} lesson
 * @param {Partial<import("../../figure/types.js").State>} [patch]
 */
export function placeView(host, figure, lesson, patch = {}) {
  const canvas = make("div", { class: "canvas" });
  const view = make("div", { class: "view figure-view" }, canvas);
  const stage = make("div", { class: "figure-stage" }, view);
  host.append(stage);
  const { figure: made, follow } = stageFigure(stage, canvas, lesson, lesson.stateOf(figure, patch), HIGHEST);
  host.append(make("div", { class: "tools graph-tools" }, zoomButtons(made.zoom, lesson.t)));
  // The element that a table, line or formula is about may be out of view.
  let frame = 0;
  new MutationObserver(() => {
    cancelAnimationFrame(frame);
    frame = requestAnimationFrame(() => {
      const lit = [...canvas.querySelectorAll(".nodes .lit")];
      const room = stage.getBoundingClientRect();
      const seen = lit.some((node) => node.getBoundingClientRect().left < room.right && node.getBoundingClientRect().right > room.left);
      if (!seen) follow(lit[0]);
    });
  }).observe(canvas, { subtree: true, attributes: true, attributeFilter: ["class"] });
  return { figure: made, drawn: firstPicture(made) };
}
