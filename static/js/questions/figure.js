/** The graph of the open question: its blanks are boxes, its layers stay closed. */

import { createApi } from "../figure/api.js";
import { createFigure } from "../figure/figure.js";
import { spreadOnPaper } from "../figure/picture/print.js";
import { MARGINS } from "../figure/picture/measures.js";
import { createStore } from "../kit/store.js";
import { questionSize } from "./size.js";

/** Maximum share of the screen's height for the picture. */
const HIGHEST = 0.55;
/** Maximum enlargement of a small graph in a presentation. */
const WALL = 2;

const presenting = () => document.documentElement.classList.contains("presenting");

/**
 * @param {{canvas: HTMLElement, view: HTMLElement, stage: HTMLElement}} page
 * @param {import("../lecture/types.js").Lesson} lesson
 * @param {import("../lecture/types.js").LessonFigure} data
 * @param {import("../figure/types.js").Labels} labels
 * @param {(api: import("../figure/types.js").Api) => Partial<import("../figure/types.js").Api>} calls those that differ
 * @param {number} [least] the smallest scale; a picture that is wider then scrolls
 * @param {import("../figure/picture/direction.js").Room} [paper] the room of a picture that is drawn for paper alone
 */
export function createQuestionFigure({ canvas, view, stage }, lesson, data, labels, calls, least, paper) {
  const store = createStore(lesson.stateOf(data, { labels, program: "", open: [] }));
  const api = createApi(store);
  const figure = createFigure(canvas, {
    store,
    t: lesson.t,
    announce: lesson.announce,
    embedded: true,
    largest: () => (presenting() ? WALL : undefined),
    room: () => paper ?? (presenting() ? { width: canvas.clientWidth, height: canvas.clientHeight } : { width: stage.clientWidth, height: window.innerHeight * HIGHEST }),
    api: { ...api, ...calls(api) },
  });

  figure.app.toggleGroup = () => {};

  /** Resize the view to its picture. */
  function resize() {
    if (!figure.picture.svg || stage.clientWidth === 0) return;
    if (presenting()) {
      view.style.width = view.style.height = "";
      return;
    }
    if (least !== undefined) {
      const { width, height } = figure.picture.size;
      const scale = Math.max(least, Math.min(1, stage.clientWidth / width));
      view.style.width = `${Math.max(stage.clientWidth, Math.ceil(width * scale) + 2 * MARGINS.narrow)}px`;
      view.style.height = `${Math.ceil(height * scale) + 2 * MARGINS.narrow}px`;
      return;
    }
    const size = questionSize(figure.picture.size, stage.clientWidth, window.innerHeight * HIGHEST, figure.picture.svg.querySelector(".cell-box") !== null);
    view.style.width = `${size.width}px`;
    view.style.height = `${size.height}px`;
  }

  figure.app.on("picture", resize);
  new ResizeObserver(resize).observe(stage);
  spreadOnPaper(() => [figure]);
  return figure;
}
