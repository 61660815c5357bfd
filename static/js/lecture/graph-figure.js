/** A graph in a lesson: figure, stepper, inputs, inspector, quiz and a link to the workbench. */

import { mountCellInteraction } from "../figure/cell-interaction.js";
import { motionDuration } from "../figure/picture/zoom.js";
import { initialState, KEYS, writeState } from "../figure/state.js";
import { icon, make } from "../kit/element.js";
import { ROOT } from "../kit/root.js";
import { mountInputs } from "../panels/inputs.js";
import { mountInspector } from "../panels/inspector.js";
import * as provenance from "../panels/provenance.js";
import { mountStepper } from "../panels/stepper/stepper.js";
import { mountQuiz } from "../quiz/quiz.js";
import { stageFigure } from "./figures/stage.js";
import { zoomButtons } from "./figures/zoom-buttons.js";

/** @typedef {import("../figure/types.js").Figure} Figure */
/** @typedef {import("./types.js").Lesson} Lesson */
/** @typedef {import("./types.js").LessonFigure} LessonFigure */
/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/types.js").Labels} Labels */
/** @typedef {import("../figure/types.js").State} State */

const ICONS = {
  reset: "M5 8.5A5.8 5.8 0 1 1 4.6 12 M4.5 4.5V9H9",
  workbench: "M8 4.5H4.5v11h11V12 M11.5 4.5h4v4 M15.5 4.5 9 11",
};

/** Maximum share of the screen's height for a picture. */
const HIGHEST = 0.62;

/**
 * Return the workbench's address for a figure's state.
 * @param {Readonly<State>} state
 */
export function workbenchLink(state) {
  // The workbench has its own language and theme, remembered by the browser.
  return `${ROOT}/?${writeState(state, initialState({ lang: state.lang, theme: state.theme }))}`;
}

/**
 * @param {HTMLElement} place the `<figure>`, perhaps with the server's first picture
 * @param {LessonFigure} data
 * @param {Lesson} lesson
 * @param {Partial<State>} [patch] changes made before a reload
 * @returns {Promise<Figure>} resolves when the graph is drawn
 */
export function mountGraph(place, data, lesson, patch = {}) {
  const { t } = lesson;
  const canvas = /** @type {HTMLElement} */ (place.querySelector("[data-canvas]"));
  const stage = /** @type {HTMLElement} */ (place.querySelector(".figure-stage"));
  const initial = lesson.stateOf(data);
  const { figure, follow } = stageFigure(stage, canvas, lesson, { ...initial, ...patch }, HIGHEST);
  const { app, zoom, picture } = figure;
  const { store } = app;
  const amend = (/** @type {Partial<State>} */ changed) => store.set(changed);

  // Groups, not regions: five figures would make five landmarks of one name.
  const stepper = make("div", { class: "stepper", role: "group", "aria-label": t("Step by step") });
  const quiz = make("div", { class: "figure-quiz", role: "group", "aria-label": t("Fill in the blanks"), hidden: true });
  const inputs = make("div", { class: "inputs", role: "group", id: `inputs-${data.id}`, "aria-label": t("Inputs") });
  const inspector = make("div", { class: "figure-inspector", role: "group", "aria-label": t("Inspector"), hidden: true });
  const problem = make("p", { class: "figure-problem", role: "status", hidden: true });
  const controls = make("div", { class: "figure-controls" }, problem, quiz, stepper, inputs, inspector, bar());
  place.querySelector(".stage-edges")?.after(controls);

  function bar() {
    const link = make("a", { class: "button figure-link", href: workbenchLink(store.all()) }, t("Open in the workbench"), icon(ICONS.workbench));
    store.subscribe(KEYS, (state) => link.setAttribute("href", workbenchLink(state)));
    const words = t("Reset the figure");
    const reset = make("button", { type: "button", "aria-label": words, title: words }, icon(ICONS.reset));
    reset.addEventListener("click", () => {
      store.set({ ...initial, lang: store.get("lang"), theme: store.get("theme") });
      zoom.release();
      zoom.refit(motionDuration());
    });
    return make(
      "div",
      { class: "figure-bar" },
      labelChoices(app, data, t),
      make(
        "div",
        { class: "tools end" },
        ...zoomButtons(zoom, t),
        reset,
        link,
      ),
    );
  }

  function showSelected() {
    inspector.hidden = store.get("selected") === null || store.get("labels") === "blanks";
    quiz.hidden = store.get("labels") !== "blanks";
  }

  /**
   * Bring the current step or selection into sight.
   * @param {boolean} [atOnce]
   */
  function followStep(atOnce = false) {
    follow(picture.svg?.querySelector(store.get("step") === null ? ".nodes .selected" : ".nodes .lit"), atOnce);
  }

  /** Scroll to the first lit node once the steps have arrived. */
  function followFirst() {
    const lit = () => store.get("step") === null || canvas.querySelector(".nodes .lit") !== null;
    if (lit()) return followStep(true);
    const watch = new MutationObserver(() => {
      if (!lit()) return;
      watch.disconnect();
      followStep(true);
    });
    watch.observe(canvas, { subtree: true, attributes: true, attributeFilter: ["class"] });
  }

  mountStepper(app, stepper, place);
  mountInputs(app, inputs, { amend, upstream: data.seed !== 1 });
  mountInspector(app, inspector);
  mountQuiz(app, quiz, stepper);
  mountCellInteraction(app, canvas);
  provenance.mount(app);
  store.subscribe(["selected", "labels"], showSelected);
  store.subscribe(["step", "selected"], () => requestAnimationFrame(() => followStep()));
  showSelected();
  app.on("problem", (error) => {
    problem.hidden = error === null;
    problem.textContent = error ? `${error.title}. ${error.detail}` : "";
  });

  return new Promise((resolve, reject) => {
    const drawn = app.on("picture", () => {
      drawn();
      requestAnimationFrame(followFirst);
      resolve(figure);
    });
    app.on("problem", (error) => error && reject(new Error(error.detail || error.title)));
    figure.start();
  });
}

/**
 * @param {App} app
 * @param {LessonFigure} data
 * @param {import("../kit/types.js").Translate} t
 */
function labelChoices({ store, on }, data, t) {
  /** @type {[Labels, string][]} */
  const offered = [["numbers", t("Numbers")], ["symbols", t("Symbols")], ["shapes", t("Shapes")], ["blanks", t("Blanks")]];
  const buttons = offered.map(([labels, words]) => {
    const button = make("button", { type: "button", role: "radio", "data-labels": labels }, words);
    button.addEventListener("click", () => store.set({ labels }));
    return button;
  });
  const group = make("div", { class: "choices", role: "radiogroup", "aria-label": t("What the edges show") }, buttons);

  function show() {
    const chosen = store.get("labels");
    buttons.forEach((button, k) => {
      const is = button.dataset.labels === chosen;
      button.setAttribute("aria-checked", String(is));
      button.tabIndex = is || (k === 0 && !offered.some(([labels]) => labels === chosen)) ? 0 : -1;
    });
  }
  on("graph", ({ nodes }) => {
    const tensors = nodes.some(({ shape }) => shape?.length > 0);
    for (const button of buttons) if (button.dataset.labels === "shapes") button.hidden = !tensors && data.labels !== "shapes";
  });
  store.subscribe(["labels"], show);
  show();
  return group;
}
