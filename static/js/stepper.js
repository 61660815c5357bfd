/** The walk through a graph: forward, then backward, node by node. */

import { ApiProblem, isAbort } from "./api.js";
import { icon, make, makeSvg, morph } from "./element.js";
import { fitFormulas, formulaLine, reachByKeys } from "./formula.js";
import { createClock, KEY_MOVES, SPEEDS, stepAfter } from "./step-clock.js";
import { createStepPages } from "./step-pages.js";
import { stepState } from "./step-state.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./panel-types.js").Step} Step */
/** @typedef {import("./step-clock.js").Move} Move */

const ICONS = {
  first: "M5 5v10 M15 5l-7 5 7 5z",
  previous: "M13 5l-7 5 7 5z",
  play: "M6.5 4.5l9 5.5-9 5.5z",
  pause: "M7 5v10 M13 5v10",
  next: "M7 5l7 5-7 5z",
  end: "M5 5l10 10 M15 5 5 15",
  last: "M15 5v10 M5 5l7 5-7 5z",
};

/** Steps fetched ahead of the one shown. */
const AHEAD = 20;
/** Pause after new numbers before the sentences are fetched again. */
const SETTLE = 150;

/** Where arrow keys have a meaning of their own. */
const OWN_ARROWS = "input, select, textarea, [contenteditable], .cm-editor, [role=slider], [role=listbox], [role=radiogroup], [role=tablist], dialog, [popover], [data-own-arrows]";

/**
 * What the picture shows, as `stepState` wants it.
 * @param {SVGSVGElement} svg
 */
function drawn(svg) {
  const data = (/** @type {Element} */ element, /** @type {string} */ name) => element.getAttribute(`data-${name}`) ?? "";
  return {
    nodes: [...svg.querySelectorAll(".nodes > [data-id]")].map((node) => ({
      id: data(node, "id"),
      kind: data(node, "kind"),
    })),
    edges: [...svg.querySelectorAll(".edges > [data-id]")].map((edge) => ({
      id: data(edge, "id"),
      source: data(edge, "source"),
      target: data(edge, "target"),
    })),
  };
}

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  const root = /** @type {HTMLElement} */ (document.getElementById("stepper"));
  const pages = createStepPages((start, count) => app.api.steps({ start, count }));
  const clock = createClock({
    tick() {
      const step = store.get("step");
      const count = pages.count ?? 0;
      const next = step === null || (step >= count && !clock.playing) ? 1 : step + 1;
      if (next > count) return false;
      go(next);
      return true;
    },
    onChange: render,
    setTimer: (fn, ms) => window.setTimeout(fn, ms),
    clearTimer: (timer) => window.clearTimeout(timer),
  });
  let speed = 1;
  let settleTimer = 0;
  /** @type {number | null} the step whose arrival has been shown */
  let shown = null;

  /** @param {number | null} step */
  function go(step) {
    store.set({ step });
  }

  /** @param {Move} move */
  function move(move) {
    clock.stop();
    go(stepAfter(move, store.get("step"), pages.count ?? 0));
  }

  /** @param {Promise<boolean>} answer */
  function follow(answer) {
    answer.then(
      (came) => came && (clamp(), show()),
      (error) => {
        // What is wrong with a program is told beside the program, and no answer at all beside the graph.
        if (!isAbort(error) && !(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
      },
    );
  }

  const wanted = () => (store.get("step") ?? 0) + AHEAD;

  function renew() {
    clearTimeout(settleTimer);
    if (app.graph?.nodes.length && !app.graph.error) follow(pages.renew(wanted()));
  }

  /** A link may name a step that the graph no longer has. */
  function clamp() {
    const step = store.get("step");
    if (step !== null && pages.count !== null && step > pages.count) go(pages.count);
  }

  /** @returns {Step | undefined} */
  function active() {
    const step = store.get("step");
    return step ? pages.steps[step - 1] : undefined;
  }

  function show() {
    light();
    render();
  }

  function light() {
    const step = store.get("step");
    const { svg } = app.view;
    if (!svg) return;
    if (step === null || pages.count === null) {
      svg.removeAttribute("data-phase");
      app.view.light(null);
      app.view.mark("waiting", []);
      shown = step;
      return;
    }
    if (pages.steps.length < Math.min(step, pages.count)) return;
    const { nodes, edges } = drawn(svg);
    const state = stepState(step, pages.steps, nodes, edges);
    svg.setAttribute("data-phase", active()?.phase ?? "forward");
    app.view.light(state);
    app.view.mark("waiting", state.waiting);
    const current = active();
    if (current && step === (shown ?? 0) + 1) arrive(current);
    if (current && step !== shown) app.view.reveal(current.node);
    shown = step;
  }

  /**
   * Lets the number that a step makes come from where it is made.
   * @param {Step} step
   */
  function arrive({ phase, node, edges }) {
    const { svg } = app.view;
    if (!svg || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const forward = phase === "forward";
    const texts = forward
      ? [...svg.querySelectorAll(`.edges > [data-source="${CSS.escape(node)}"] > .value`)]
      : edges.map((id) => app.view.element(id)?.querySelector(".grad"));
    for (const text of texts) {
      text?.animate(
        [{ opacity: 0, transform: `translate(${forward ? -18 : 18}px)` }, { opacity: 1, transform: "none" }],
        { duration: 220, easing: "cubic-bezier(0.2, 0, 0.2, 1)" },
      );
    }
  }

  /** @param {string} label @param {string} path @param {string} action @param {boolean} [disabled] */
  const button = (label, path, action, disabled = false) =>
    make("button", { type: "button", "data-action": action, "aria-label": label, title: label, disabled }, icon(path));

  function rail() {
    const count = Math.max(1, pages.count ?? 1);
    const turn = Math.min(pages.turn, count);
    const line = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) =>
      makeSvg("line", { class: name, x1: `${(100 * from) / count}%`, x2: `${(100 * to) / count}%`, y1: "50%", y2: "50%" });
    return makeSvg(
      "svg",
      { class: "rail", "aria-hidden": "true", focusable: "false" },
      line("rail-forward", 0, pages.count ? turn : count),
      pages.count ? line("rail-backward", turn, count) : null,
    );
  }

  function controls() {
    const step = store.get("step");
    const count = pages.count ?? 0;
    const at = step ?? 0;
    return make(
      "div",
      { class: "step-controls" },
      make(
        "div",
        { class: "step-buttons", role: "group", "aria-label": t("Walk") },
        button(t("To the beginning"), ICONS.first, "first", !count),
        button(t("Previous step"), ICONS.previous, "previous", !count),
        clock.playing ? button(t("Pause"), ICONS.pause, "play") : button(t("Play"), ICONS.play, "play", !count),
        button(t("Next step"), ICONS.next, "next", !count),
        button(t("To the end"), ICONS.last, "last", !count),
      ),
      make(
        "div",
        { class: "scrubber", "data-phase": active()?.phase },
        rail(),
        make("input", {
          type: "range",
          min: 0,
          max: count,
          step: 1,
          disabled: !count,
          "aria-label": t("Step"),
          "aria-valuetext": t("Step {k} of {n}", { k: at, n: count }),
        }),
      ),
      make("output", { class: "step-count" }, step === null ? t("{n} steps", { n: count }) : `${at} / ${count}`),
      make(
        "label",
        { class: "step-speed" },
        make("span", { class: "visually-hidden" }, t("Speed")),
        make(
          "select",
          { "data-action": "speed" },
          SPEEDS.map((factor) => make("option", { value: factor, selected: factor === speed }, `${factor}×`)),
        ),
      ),
      make(
        "button",
        { type: "button", class: "boxed step-end", "data-action": "end", disabled: step === null },
        icon(ICONS.end),
        make("span", {}, t("Show all")),
      ),
    );
  }

  function words() {
    const step = store.get("step");
    const current = active();
    if (current) {
      const forward = current.phase === "forward";
      return make(
        "div",
        { class: "step-words", "data-phase": current.phase },
        make(
          "p",
          { class: `step-title ${current.phase}` },
          make("span", { class: "step-phase" }, forward ? `${t("Forward")} →` : `← ${t("Backward")}`),
          make("strong", {}, current.title),
        ),
        make("p", { class: "step-sentence" }, current.sentence),
        make("div", { class: "step-formula" }, current.formula && formulaLine(current.formula)),
      );
    }
    return make(
      "div",
      { class: "step-words idle" },
      make(
        "p",
        { class: "step-sentence muted" },
        step === 0
          ? t("Only the inputs are known. The next step computes the first value.")
          : t("Walk through the graph: the values forward, then the gradients backward."),
        step === null && make("span", { class: "step-keys" }, " ", make("kbd", {}, "←"), " ", make("kbd", {}, "→")),
      ),
    );
  }

  function render() {
    morph(root, make("section", attributesOf(root), controls(), words()));
    const range = /** @type {HTMLInputElement} */ (root.querySelector("input[type=range]"));
    range.value = String(store.get("step") ?? 0);
    fitFormulas(root.querySelectorAll(".formula"));
    for (const words of root.querySelectorAll(".step-words")) reachByKeys(words);
  }

  root.addEventListener("click", (event) => {
    const action = event.target instanceof Element && event.target.closest("button")?.getAttribute("data-action");
    if (!action) return;
    if (action === "play") clock.playing ? clock.stop() : clock.play();
    else if (action === "end") {
      clock.stop();
      go(null);
    } else move(/** @type {Move} */ (action));
  });
  root.addEventListener("input", ({ target }) => {
    if (!(target instanceof HTMLInputElement)) return;
    clock.stop();
    go(Number(target.value));
  });
  root.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    speed = Number(target.value);
    clock.setSpeed(speed);
    render();
  });
  document.addEventListener("keydown", (event) => {
    const wish = KEY_MOVES[event.key];
    const plain = !event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    if (!plain || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest(OWN_ARROWS)) return;
    if (event.key === " " && !(event.target instanceof Element && event.target.closest("button, summary, a"))) {
      event.preventDefault();
      clock.playing ? clock.stop() : clock.play();
    }
    if (!wish) return;
    event.preventDefault();
    move(wish);
  });

  store.subscribe(["step"], (state) => {
    if (state.step === null) clock.stop();
    show();
    follow(pages.extend(wanted()));
    const current = active();
    if (current) app.announce(`${t("Step {k} of {n}", { k: state.step ?? 0, n: pages.count ?? 0 })}. ${current.sentence}`);
  });
  store.subscribe(["open", "lang"], () => {
    render();
    renew();
  });
  app.on("graph", () => {
    clock.stop();
    pages.clear();
    shown = null;
    renew();
    render();
  });
  app.on("values", () => {
    clearTimeout(settleTimer);
    settleTimer = window.setTimeout(renew, SETTLE);
  });
  app.on("picture", light);
  render();
}

/** @param {Element} element */
const attributesOf = (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));
