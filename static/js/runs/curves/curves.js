/** The curves of the runs: four charts with one cursor and one range, also as a table and a file. */

import { icon, make } from "../../kit/element.js";
import { countText } from "../client/words.js";
import { createCurveCard, NOTES } from "./chart-card.js";
import { createChartStyle } from "./chart-style.js";
import { createChartTabs } from "./chart-tabs.js";
import { createDrawingPace } from "./drawing-pace.js";
import { valueText } from "./end-labels.js";
import { feedOf } from "./feed.js";
import { fittingLayers, linesOf, profilesOf, valueAt } from "./lines.js";
import { placesOf } from "./marks.js";
import { mountCurveFile } from "./save-csv.js";
import { stepRange, zoomed } from "./scales.js";
import { mountCurveTable } from "./table.js";

/** @typedef {import("./lines.js").Quantity} Quantity */
/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("../client/types.js").RunSession} RunSession */

/** @type {readonly Quantity[]} */
const QUANTITIES = ["loss", "accuracy", "gradients", "dead"];
/** Widths in pixels: below the first, one chart at a time; below the second, several runs in one column. */
const [NARROW, COLUMN] = [640, 860];

const ICONS = { in: "M10 4v12 M4 10h12", out: "M4 10h12", whole: "M3 10h14 M6 6.5 2.5 10 6 13.5 M14 6.5l3.5 3.5-3.5 3.5" };

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 */
export function mount(session, host) {
  const { t, store } = session;
  const feed = feedOf(session);
  const later = createDrawingPace(host, draw);
  host.classList.add("curves");
  const currentStyle = createChartStyle(host, store, () => later(true));

  /** @type {[number, number] | null} */
  let zoom = null;
  /** @type {number | null} */
  let step = null;
  /** @type {"pointer" | "keys"} */
  let source = "pointer";
  /** @type {Set<Quantity>} */
  const logs = new Set(["gradients"]);
  /** The person's choice; null for the default. @type {"steps" | "layers" | null} */
  let view = null;
  /** @type {boolean | null} */
  let everyLayer = null;
  let narrow = false;
  /** @type {Map<Quantity, Line[]>} */
  const drawn = new Map();

  const end = () => Math.max(-1, ...feed.drawn().map(({ curve }) => curve.end));

  /** @type {import("./chart-card.js").ChartActions} */
  const actions = {
    point(next, from) {
      source = from;
      if (next === step) return;
      step = next;
      for (const card of cards.values()) card.chart.point(step);
      if (viewNow() === "layers") later(true);
      showPosition(true);
    },
    range(from, to) {
      const width = Math.max(10, to - from);
      const middle = (from + to) / 2;
      zoom = zoomed([middle - width / 2, middle + width / 2], middle, 1, end());
      later(true);
    },
    zoom(factor) {
      const range = stepRange(zoom, end());
      zoom = zoomed(range, step ?? range[1], factor, end());
      later(true);
    },
    whole() {
      zoom = null;
      later(true);
    },
    leave() {
      if (step === null) actions.whole();
      else actions.point(null, "keys");
    },
    step: () => step,
    log(quantity) {
      if (!logs.delete(quantity)) logs.add(quantity);
      later(true);
    },
    view(next) {
      view = next;
      later(true);
    },
    layers() {
      everyLayer = !(everyLayer ?? false);
      later(true);
    },
  };

  const cards = new Map(QUANTITIES.map((quantity) => [quantity, createCurveCard(quantity, { t, currentStyle, actions })]));
  const where = make("p", { class: "curve-where" });
  const tool = (/** @type {string} */ name, /** @type {string} */ path) => make("button", { type: "button", "data-zoom": name }, icon(path));
  const tools = { out: tool("out", ICONS.out), whole: tool("whole", ICONS.whole), in: tool("in", ICONS.in) };
  const zooms = make("div", { class: "curve-zoom", role: "group" }, tools.out, tools.whole, tools.in);
  const file = make("div", { class: "curve-file" });
  const tabs = createChartTabs(t, QUANTITIES, arrange);
  const grid = make("div", { class: "curve-grid" }, [...cards.values()].map(({ element }) => element));
  const table = make("details", { class: "curve-table" });
  host.append(make("div", { class: "curve-tools" }, where, zooms, file), tabs.element, grid, table);
  const numbers = mountCurveTable(session, table, feed);
  mountCurveFile(session, file);

  zooms.addEventListener("click", ({ target }) => {
    const name = target instanceof Element && target.closest("[data-zoom]")?.getAttribute("data-zoom");
    if (name === "in") actions.zoom(0.5);
    else if (name === "out") actions.zoom(2);
    else if (name === "whole") actions.whole();
  });
  /** Arrange one chart or all, by the available width. */
  function arrange() {
    narrow = host.clientWidth < NARROW;
    const column = narrow || (host.clientWidth < COLUMN && session.runs.length > 1);
    host.classList.toggle("narrow", narrow);
    host.classList.toggle("column", column);
    tabs.show(narrow);
    for (const [quantity, { element }] of cards) {
      const seen = !narrow || quantity === tabs.chosen;
      element.hidden = !seen;
      element.setAttribute("role", narrow ? "tabpanel" : "group");
      element.setAttribute("aria-labelledby", narrow ? `curve-tab-${quantity}` : `curve-title-${quantity}`);
    }
    for (const card of cards.values()) {
      const width = card.slider.clientWidth;
      if (width > 0) card.chart.resize(width, Math.round(Math.min(column && !narrow ? 210 : 300, Math.max(210, width * 0.42))));
    }
    later(true);
  }

  const deepest = () => Math.max(0, ...session.runs.map(({ options }) => options.hidden.length + 1));
  /** Return the view of the gradients: by layer for several deep runs, unless the person chose otherwise. */
  const viewNow = () => view ?? (session.runs.length > 1 && deepest() > 2 ? "layers" : "steps");

  /** @param {Quantity} quantity @param {import("./lines.js").Layers} layers */
  function linesFor(quantity, layers) {
    if (quantity === "gradients" && viewNow() === "layers") return profilesOf(feed.drawn(), step);
    return linesOf(quantity, feed.drawn(), layers);
  }

  const currentMarks = () => placesOf(session.runs.map((run) => ({ name: run.name, marks: feed.curve(run).marks, events: run.status.events })), t);

  function draw() {
    const range = stepRange(zoom, end());
    const runs = session.runs;
    const layerCounts = runs.map(({ options }) => options.hidden.length + 1);
    const fitting = fittingLayers(layerCounts);
    const layers = (everyLayer ?? fitting === "all") ? "all" : "ends";
    const marks = currentMarks();
    const shown = [...cards].filter(([, { element }]) => !element.hidden);
    let right = 0;
    for (const [quantity, card] of shown) {
      const byLayer = quantity === "gradients" && viewNow() === "layers";
      const lines = linesFor(quantity, layers);
      drawn.set(quantity, lines);
      const names = byLayer ? Array.from({ length: deepest() }, (_, k) => `Affine${k + 1}`) : null;
      card.show({
        log: logs.has(quantity),
        view: viewNow(),
        every: fitting === "all" ? null : layers === "all",
        none: quantity === "dead" && runs.every(({ options }) => options.hidden.length === 0) ? t("There is no hidden layer.") : "",
        note: !byLayer ? t(NOTES[quantity]) : step === null ? t("W and b together, latest numbers") : t("W and b together, at step {n}", { n: countText(step) }),
      });
      const needed = card.chart.take({ lines, range: names ? [0.7, names.length + 0.3] : range, log: logs.has(quantity), marks, layers: names });
      right = Math.max(right, needed);
    }
    for (const [, card] of shown) card.chart.draw(right);
    tools.out.disabled = tools.whole.disabled = zoom === null;
    showPosition(false);
    numbers.show(range, marks);
  }

  /** Show the cursor's step and the changes there. @param {boolean} moved */
  function showPosition(moved) {
    const last = end();
    const marks = currentMarks();
    const at = step;
    const [before, after] = [-1, 1].map((by) => cards.get(tabs.chosen)?.chart.move(at, by) ?? at ?? 0);
    // A change between two points belongs to the nearer one.
    const here = at === null ? [] : marks.filter((mark) => 2 * mark.step > Number(before) + at && 2 * mark.step <= Number(after) + at).map(({ text }) => text);
    const failed = session.runs.every(({ status }) => status.state === "failed");
    const none = failed ? t("The run stopped before step ten, so there are no curves.") : t("The curves begin after ten steps.");
    const text = last < 0 ? none : at === null ? t("Latest numbers") : [t("Step {n}", { n: countText(at) }), ...here].join(" · ");
    if (where.textContent !== text) where.textContent = text;
    for (const [quantity, card] of cards) card.speak({ end: last, step: at, text: () => spoken(quantity) }, moved && source === "keys");
  }

  /** Return the numbers of a chart at the cursor, in words. @param {Quantity} quantity */
  function spoken(quantity) {
    const byLayer = quantity === "gradients" && viewNow() === "layers";
    const lines = byLayer ? linesOf("gradients", feed.drawn()) : (drawn.get(quantity) ?? []);
    const said = lines
      .filter(({ quiet }) => !quiet)
      .map((line) => [session.runs.length > 1 && line.run, line.label && t(line.label), valueText(quantity, valueAt(line, step))].filter(Boolean).join(" "));
    const head = step === null ? t("Latest numbers") : t("Step {n}", { n: countText(step) });
    return [head, ...said].join(", ");
  }

  function words() {
    zooms.setAttribute("aria-label", t("Zoom the curves"));
    for (const [button, label] of /** @type {const} */ ([[tools.out, t("Zoom out")], [tools.whole, t("The whole run")], [tools.in, t("Zoom in")]])) {
      button.setAttribute("aria-label", label);
      button.title = label;
    }
    tabs.translate();
    for (const card of cards.values()) card.words();
    later(true);
  }

  feed.watch(() => later());
  store.subscribe(["lang"], words);
  session.on("runs", () => {
    if (step !== null && step > end()) step = null;
    arrange();
  });
  new ResizeObserver(arrange).observe(host);
  words();
  arrange();
}
