/** The trace of a change: while an input moves, and after, what differs from before and why gradients changed. */

import { icon, make, morph } from "../../kit/element.js";
import { isAbort, isFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";
import { covers } from "./clear.js";
import { createMarks } from "./marks.js";
import { lines, MOST, told, toldAbout, unbroken } from "./rows.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").Changed} Changed */
/** @typedef {import("../../figure/answers.js").Changes} Changes */

/** Rest after which a hand begins a new change, in milliseconds. */
const REST = 1500;
/** Time for which the picture keeps its marks after that. */
const MARKED = 8000;
/** Time between two comparisons while a hand moves. */
const FOLLOW = 90;
/** Nodes up to which the trace follows the hand; a larger graph is compared when it rests. */
const FOLLOWED = 150;

/**
 * Where the trace stands: the first place that is free. For want of room one reason alone is shown; last it stands below
 * the graph, where the walk has its sentence.
 */
const PLACES = ["", "right", "brief", "brief right", "brief below"];
/** Largest size of a heat map in a row, and of one of its elements, in pixels. */
const HEAT = { width: 96, height: 24, cell: 12 };

const CROSS = "M5 5l10 10M15 5L5 15";

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountTrace(app, root) {
  const { store, t } = app;
  const marks = createMarks(app.view, (source) => {
    const id = app.graph?.groups.find((group) => group.id === source)?.output ?? source;
    return app.graph?.nodes.find((node) => node.id === id)?.shape ?? [];
  });
  const view = /** @type {HTMLElement} */ (root.parentElement);
  /** The inputs at the beginning of the change under way. @type {import("../../figure/types.js").State["inputs"] | null} */
  let since = null;
  let inputs = store.get("inputs");
  let program = store.get("program");
  let restTimer = 0;
  let fadeTimer = 0;
  let followTimer = 0;
  let pressed = false;
  /** Which of the places it has. */
  let room = 0;
  /** @type {Changes | null} */
  let found = null;

  const ask = oneAtATime(
    (/** @type {import("../../figure/types.js").State["inputs"]} */ before) =>
      app.api.changes(before, app.graph ? toldAbout(app.graph, store.get("selected")) : []),
    (answer) => {
      if (answer.structure !== app.graph?.structure) return;
      found = answer;
      render();
    },
    (error) => {
      if (isAbort(error)) return;
      if (!isFailedCall(error)) throw error;
      close();
    },
  );

  const compared = () => since ?? store.get("before");

  function request() {
    const before = compared();
    if (before && app.graph && !app.graph.error && app.mode === "explore") void ask.ask(before);
  }

  function close() {
    clearTimeout(restTimer);
    clearTimeout(fadeTimer);
    clearTimeout(followTimer);
    followTimer = 0;
    since = null;
    ask.drop();
    found = null;
    room = 0;
    hide();
    root.replaceChildren();
    store.set({ before: null }, { history: "replace" });
  }

  function hide() {
    marks.clear();
    root.hidden = true;
    view.style.removeProperty("--trace");
  }

  /** The hand rests: the trace stays, in the link too, and the marks fade. */
  function rest() {
    clearTimeout(restTimer);
    if (pressed) return void (restTimer = window.setTimeout(rest, REST));
    const before = since;
    since = null;
    if (!before) return;
    if (found?.changes.length === 0) return close();
    store.set({ before }, { history: "replace" });
    request();
    fadeTimer = window.setTimeout(() => marks.fade(), MARKED);
    const first = rowsOf()[0];
    if (first?.reason) app.announce(`${nameOf(first.id)}: ${first.reason.sentence[store.get("lang")]}`);
  }

  const rowsOf = () => (found && app.graph ? told(found.changes, app.graph, store.get("selected")) : []);

  /** What a node or a closed layer is called. @param {string} id */
  const called = (id) => (app.graph?.nodes.find((node) => node.id === id) ?? app.graph?.groups.find((group) => group.id === id))?.called ?? id;

  /** @param {string} id */
  const nameOf = (id) => {
    const edge = endsOf(id);
    return edge ? `${called(edge.source)} → ${called(edge.target)}` : called(id);
  };

  /** @param {string} id */
  function endsOf(id) {
    const element = id.includes("->") ? app.view.element(id) : null;
    const [source, target] = ["source", "target"].map((end) => element?.getAttribute(`data-${end}`) ?? "");
    return element && source && target ? { source, target } : null;
  }

  /** @param {string} kind @param {import("../../figure/answers.js").Difference} difference */
  const numbers = (kind, { old_text, new_text, difference_text, where }) =>
    make("span", { class: `trace-numbers ${kind}` },
      where.length > 0 && make("span", { class: "muted" }, `[${where.join(", ")}] `),
      `${old_text} → ${new_text} `, make("strong", {}, difference_text));

  /** The norm of a tensor, and a heat map of its difference. @param {NonNullable<import("../../figure/answers.js").Difference["tensor"]>} tensor */
  function whole({ heat, old_norm_text, new_norm_text, norm_difference_text }) {
    const scale = heat ? Math.max(1, Math.min(HEAT.width / heat.columns, HEAT.height / heat.rows, HEAT.cell)) : 1;
    return make("span", { class: "trace-tensor" },
      heat && make("img", { class: "trace-heat", src: heat.href, width: Math.round(heat.columns * scale), height: Math.round(heat.rows * scale), alt: t("Difference of each element"), title: t("Difference of each element") }),
      make("span", { class: "muted" }, t("Norm")), " ",
      make("span", { class: "trace-numbers backward" }, `${old_norm_text} → ${new_norm_text} `, make("strong", {}, norm_difference_text)));
  }

  /** @param {Changed} change */
  function row(change) {
    const { id, gradient, reason } = change;
    return make("li", { "data-key": id },
      make("p", { class: "trace-head" },
        make("button", { type: "button", class: "link", "data-select": id }, nameOf(id)),
        gradient && numbers("backward", gradient),
        gradient?.tensor && whole(gradient.tensor)),
      reason && make("p", {}, unbroken(reason.sentence[store.get("lang")])));
  }

  function render() {
    const { graph } = app;
    if (!found || !graph || app.mode !== "explore" || found.changes.length === 0) {
      return hide();
    }
    const rows = rowsOf();
    const shown = rows.filter(({ reason }) => reason).slice(0, MOST);
    const more = rows.length - shown.length;
    const moved = found.changes.filter(({ id, value }) => value && graph.inputs.some((input) => input.id === id));
    // A closed layer at the end stands for the output.
    const last = [graph.output, ...graph.groups.filter((group) => group.output === graph.output).map(({ id }) => id)];
    const output = found.changes.find(({ id, value }) => last.includes(id) && value);
    const ends = [...moved.slice(0, 2), ...(output ? [{ ...output, id: graph.output ?? output.id }] : [])];
    const fresh = make("section", { class: `trace ${PLACES[room]}`.trim() },
      make("header", {},
        make("h2", {}, t("What changed")),
        ...ends.map(({ id, value }) => make("span", { class: "trace-value" }, make("span", {}, called(id)), " ", value && numbers("forward", value))),
        make("button", { type: "button", class: "link", "data-action": "second" }, store.get("second") === "before" ? t("One picture again") : t("Side by side")),
        make("button", { type: "button", class: "trace-close", "data-action": "close", "aria-label": t("Close"), title: t("Close") }, icon(CROSS))),
      shown.length > 0
        ? make("ol", {}, ...shown.map(row))
        : make("p", {}, t("No gradient changed.")),
      more > 0 && make("p", { class: "muted" }, t("{n} more changed: select one to see why.", { n: more })));
    for (const name of ["id", "aria-label", "data-label"]) {
      const kept = root.getAttribute(name);
      if (kept !== null) fresh.setAttribute(name, kept);
    }
    morph(root, fresh);
    root.hidden = false;
    if (room + 1 < PLACES.length && covers(app.view.svg, root)) {
      room += 1;
      return render();
    }
    // On a phone the graph stands above the trace.
    view.style.setProperty("--trace", `${root.offsetHeight}px`);
    draw(shown);
  }

  /** Look for a place anew, as after the view has changed its size. */
  function again() {
    if (!found || root.hidden) return;
    room = 0;
    render();
  }

  /** Put the picture of before beside that of now, or away again. */
  function look() {
    const shown = store.get("second") === "before";
    store.set({ before: compared(), second: shown ? null : "before" }, { history: "replace" });
    render();
  }

  /** @param {Changed[]} shown */
  function draw(shown) {
    if (!found || store.get("labels") !== "numbers" || store.get("nudge")) return marks.clear();
    const { changes } = found;
    marks.show(changes, shown.slice(0, 1).flatMap((change) => lines(change, changes, endsOf)));
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (button?.dataset.action === "close") close();
    if (button?.dataset.action === "second") look();
    const id = button?.getAttribute("data-select");
    if (id) app.select(id);
  });
  for (const type of ["pointerenter", "focusin"]) root.addEventListener(type, () => marks.fade(false));
  for (const type of ["pointerleave", "focusout"]) root.addEventListener(type, () => since === null && marks.fade());
  window.addEventListener("pointerdown", () => (pressed = true), true);
  for (const type of ["pointerup", "pointercancel"]) window.addEventListener(type, () => (pressed = false), true);

  store.subscribe(["inputs", "program"], (state) => {
    const [before, same] = [inputs, state.program === program];
    ({ inputs, program } = state);
    // What the program lacks is dropped, not moved by a hand.
    if (!same || Object.keys(before).some((name) => !app.graph?.inputs.some((input) => input.name === name))) return close();
    since ??= before;
    marks.fade(false);
    clearTimeout(restTimer);
    clearTimeout(fadeTimer);
    restTimer = window.setTimeout(rest, REST);
  });
  app.on("values", () => {
    if (since && app.graph && app.graph.nodes.length > FOLLOWED) return;
    // The numbers of a drag come first.
    followTimer ||= window.setTimeout(() => {
      followTimer = 0;
      request();
    }, FOLLOW);
  });
  new ResizeObserver(() => requestAnimationFrame(again)).observe(view);
  app.on("graph", request);
  app.on("picture", () => found && request());
  store.subscribe(["selected"], request);
  store.subscribe(["before"], ({ before }) => (before ? request() : since === null && found && close()));
  store.subscribe(["lang", "labels", "step", "nudge", "second"], () => (found ? render() : request()));
}

/** @param {App} app */
export const mount = (app) => mountTrace(app, byId("trace"));
