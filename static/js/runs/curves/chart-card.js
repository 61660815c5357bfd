/** A chart with its title and switches; for keyboard and screen reader a slider along the steps. */

import { make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { createCurveChart } from "./chart.js";

/** @typedef {import("./lines.js").Quantity} Quantity */

/** @type {Record<Quantity, string>} */
export const TITLES = {
  loss: msg("Loss"),
  accuracy: msg("Accuracy"),
  gradients: msg("Gradient norm of each layer"),
  dead: msg("Dead units of each hidden layer"),
};
/** Notes below the titles. @type {Record<Quantity, string>} */
export const NOTES = {
  loss: msg("mean of the steps since the point before, smoothed"),
  accuracy: msg("of the batch, and of the test set"),
  gradients: msg("W and b together"),
  dead: msg("units that no image of the batch activates"),
};
/** Charts with a logarithmic axis. @type {readonly Quantity[]} */
const MAY_BE_LOG = ["loss", "gradients"];

/** Points per key press with Shift, and the factor of one zoom. */
const [FAR, ZOOM] = [10, 0.5];

/**
 * Actions of a chart.
 * @typedef {object} ChartActions
 * @property {(step: number | null, source: "pointer" | "keys") => void} point
 * @property {(from: number, to: number) => void} range
 * @property {(factor: number) => void} zoom
 * @property {() => void} whole
 * @property {() => void} leave clears the cursor, or the zoom if there is no cursor
 * @property {() => number | null} step
 * @property {(quantity: Quantity) => void} log
 * @property {(view: "steps" | "layers") => void} view
 * @property {() => void} layers
 */

/**
 * @param {Quantity} quantity
 * @param {object} around
 * @param {import("../../kit/types.js").Translate} around.t
 * @param {() => import("./chart-style.js").ChartStyle} around.currentStyle
 * @param {ChartActions} around.actions
 */
export function createCurveCard(quantity, { t, currentStyle, actions }) {
  const chart = createCurveChart(quantity, { t, currentStyle });
  const title = make("h3", { id: `curve-title-${quantity}` });
  const note = make("p", { class: "muted" });
  const switches = make("div", { class: "curve-switches" });
  const none = make("p", { class: "curve-none muted", hidden: true });
  const slider = make("div", { class: "curve-slider", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "aria-valuemin": 0, "aria-labelledby": title.id });
  slider.append(chart.element);
  const element = make("div", { class: "curve-card", id: `curve-${quantity}`, "data-quantity": quantity }, make("div", { class: "curve-head" }, make("div", {}, title, note), switches), slider, none);

  const button = (/** @type {Record<string, string | boolean | number>} */ attributes) => make("button", { type: "button", class: "boxed", ...attributes });
  const log = button({ "data-switch": "log" });
  const layers = button({ "data-switch": "layers", hidden: true });
  const views = make("div", { class: "choices", role: "radiogroup" });
  const byStep = make("button", { type: "button", role: "radio", "data-view": "steps" });
  const byLayer = make("button", { type: "button", role: "radio", "data-view": "layers" });
  views.append(byStep, byLayer);
  if (quantity === "gradients") switches.append(layers, views);
  if (MAY_BE_LOG.includes(quantity)) switches.append(log);

  log.addEventListener("click", () => actions.log(quantity));
  layers.addEventListener("click", () => actions.layers());
  views.addEventListener("click", ({ target }) => {
    const view = target instanceof Element && target.closest("[data-view]")?.getAttribute("data-view");
    if (view === "steps" || view === "layers") actions.view(view);
  });

  chart.crosshair.listen(slider, {
    point: (left) => (chart.byLayer ? chart.pointLayer(left) : actions.point(left === null ? null : chart.stepAt(left), "pointer")),
    zoom: (from, to) => chart.byLayer || actions.range(chart.exactAt(from), chart.exactAt(to)),
    whole: () => chart.byLayer || actions.whole(),
  });

  slider.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = actions.step();
    const by = (/** @type {number} */ points) => actions.point(chart.move(step, points), "keys");
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowRight: () => by(event.shiftKey ? FAR : 1),
      ArrowLeft: () => by(event.shiftKey ? -FAR : -1),
      PageUp: () => by(10 * FAR),
      PageDown: () => by(-10 * FAR),
      Home: () => by(-Infinity),
      End: () => by(Infinity),
      "+": () => actions.zoom(ZOOM),
      "=": () => actions.zoom(ZOOM),
      "-": () => actions.zoom(1 / ZOOM),
      0: actions.whole,
      Escape: actions.leave,
    };
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  slider.addEventListener("focus", () => slider.setAttribute("aria-valuetext", spoken()));

  /** The text to announce; announced when the cursor moves, not with every frame. @type {() => string} */
  let spoken = () => "";

  return {
    element,
    chart,
    slider,

    words() {
      title.textContent = t(TITLES[quantity]);
      log.textContent = t("log");
      log.title = t("Logarithmic axis");
      layers.textContent = t("every layer");
      byStep.textContent = t("by step");
      byLayer.textContent = t("by layer");
      views.setAttribute("aria-label", t("Gradient norms"));
    },

    /**
     * @param {object} state
     * @param {boolean} state.log
     * @param {"steps" | "layers"} state.view
     * @param {boolean | null} state.every whether every layer is drawn; null if there is no choice
     * @param {string} state.none words for an empty chart
     * @param {string} state.note
     */
    show(state) {
      if (note.textContent !== state.note) note.textContent = state.note;
      log.setAttribute("aria-pressed", String(state.log));
      layers.setAttribute("aria-pressed", String(state.every));
      layers.hidden = state.every === null || state.view === "layers";
      for (const [choice, view] of /** @type {const} */ ([[byStep, "steps"], [byLayer, "layers"]])) {
        choice.setAttribute("aria-checked", String(state.view === view));
        choice.tabIndex = state.view === view ? 0 : -1;
      }
      none.textContent = state.none;
      none.hidden = state.none === "";
      slider.classList.toggle("empty", state.none !== "");
    },

    /**
     * @param {object} at
     * @param {number} at.end
     * @param {number | null} at.step
     * @param {() => string} at.text
     * @param {boolean} [moved] whether the cursor has moved
     */
    speak({ end, step, text }, moved = false) {
      spoken = text;
      slider.setAttribute("aria-valuemax", String(Math.max(0, end)));
      slider.setAttribute("aria-valuenow", String(step ?? Math.max(0, end)));
      if (moved) slider.setAttribute("aria-valuetext", text());
    },
  };
}
