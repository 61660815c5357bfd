/** A graph view inside a special figure: its place, as high as its picture, and the promise that it is drawn. */

import { make } from "./element.js";

/** In pixels of the screen. */
const [LOW, HIGH] = [170, 460];

/**
 * @param {HTMLElement} host
 * @param {import("./lesson-types.js").LessonFigure} figure
 * @param {import("./lesson-types.js").Lesson} lesson
 * @param {Partial<import("./types.js").State>} [patch]
 */
export function placeView(host, figure, lesson, patch = {}) {
  const canvas = make("div", { class: "canvas" });
  const view = make("div", { class: "view figure-view" }, canvas);
  host.append(view);
  const made = lesson.createFigure(canvas, lesson.stateOf(figure, patch));
  const fit = () => {
    const { width, height } = made.picture.size;
    const scale = Math.min(1, view.clientWidth / width);
    view.style.height = `${Math.round(Math.min(HIGH, Math.max(LOW, height * scale + 40)))}px`;
  };
  made.app.on("picture", fit);
  const drawn = new Promise((resolve, reject) => {
    made.app.on("picture", resolve);
    made.app.on("problem", (problem) => problem && reject(new Error(problem.detail)));
  });
  made.start();
  return { figure: made, drawn };
}
