/** The walk through a graph: forward, then backward, node by node. */

import { make, morph } from "../../kit/element.js";
import { fitFormulas, makeWalkable, reachByKeys } from "../../kit/formula.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { createClock, KEY_MOVES, stepAfter } from "./clock.js";
import { createStepLighting } from "./lighting.js";
import { createStepPages } from "./pages.js";
import { stepControls, stepWords } from "./view.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").Step} Step */
/** @typedef {import("./clock.js").Move} Move */

/** Steps fetched ahead of the one shown. */
const AHEAD = 20;
/** Steps searched for the current place after the walk has changed. */
const MOST = 1000;

/** Elements in which arrow keys have a meaning of their own. */
const OWN_ARROWS = "input, select, textarea, [contenteditable], .cm-editor, [role=slider], [role=listbox], [role=radiogroup], [role=tablist], dialog, [popover], [data-own-arrows]";

/**
 * @param {App} app
 * @param {HTMLElement} root
 * @param {EventTarget} keys where arrow keys and the space bar control the walk
 */
export function mountStepper(app, root, keys = root) {
  const { store, t } = app;
  const lighting = createStepLighting(app);
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
  /** The step shown when layers were opened or closed, until the walk through them has come. @type {Step | undefined} */
  let held;

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
    // The editor shows an error of the program; a notice beside the graph shows a missing answer.
    answer.then((came) => came && arrive(), ignoreFailedCall);
  }

  /** Show the steps that have come. */
  function arrive() {
    if (held) {
      // The walk has changed: continue at the same place.
      const like = pages.like(held);
      held = undefined;
      lighting.restart();
      if (like !== null) store.set({ step: like }, { history: "replace" });
    }
    clamp();
    show();
  }

  const wanted = () => (held ? MOST : (store.get("step") ?? 0) + AHEAD);

  function renew() {
    if (app.graph?.nodes.length) follow(pages.renew(wanted()));
  }

  /** Limit the step: a link may name one that the graph does not have. */
  function clamp() {
    const step = store.get("step");
    if (step !== null && pages.count !== null && step > pages.count) go(pages.count);
  }

  /** @returns {Step | undefined} */
  function active() {
    const step = store.get("step");
    return step ? pages.steps[step - 1] : undefined;
  }

  const light = () => lighting.show(store.get("step"), pages);

  function show() {
    light();
    render();
  }

  function render() {
    const shown = {
      step: store.get("step"),
      count: pages.count ?? 0,
      turn: pages.turn,
      active: active(),
      playing: clock.playing,
      speed,
      silent: app.mode === "quiz",
      names: new Set(app.graph?.nodes.map(({ id }) => id)),
    };
    const fresh = make("section", attributesOf(root), stepControls(t, shown), stepWords(t, shown));
    makeWalkable(fresh, root);
    morph(root, fresh);
    const range = /** @type {HTMLInputElement} */ (root.querySelector("input[type=range]"));
    range.value = String(store.get("step") ?? 0);
    fit();
  }

  function fit() {
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
  keys.addEventListener("keydown", (e) => {
    const event = /** @type {KeyboardEvent} */ (e);
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

  // The projector's theme has larger letters.
  store.subscribe(["theme"], () => requestAnimationFrame(fit));
  store.subscribe(["step"], (state) => {
    if (state.step === null) clock.stop();
    if (held) held = active();
    show();
    follow(pages.extend(wanted()));
    const current = active();
    if (current) app.announce(`${t("Step {k} of {n}", { k: state.step ?? 0, n: pages.count ?? 0 })}. ${app.mode === "quiz" ? current.title : current.sentence}`);
  });
  store.subscribe(["lang"], () => {
    render();
    renew();
  });
  store.subscribe(["labels"], render);
  store.subscribe(["open"], () => {
    held = active();
    renew();
  });
  app.on("graph", () => {
    clock.stop();
    held = undefined;
    pages.clear();
    lighting.restart();
    renew();
    render();
  });
  app.accompany({
    seen: () => active() !== undefined,
    async ask() {
      if (!app.graph?.nodes.length || app.graph.error) return () => {};
      const take = await pages.again(wanted());
      return () => {
        if (take()) arrive();
      };
    },
    late(late) {
      root.classList.toggle("late", late);
      root.setAttribute("aria-busy", String(late));
    },
  });
  app.on("picture", light);
  render();
  return {
    move,
    /** Number of steps in the walk, once known. */
    get count() {
      return pages.count;
    },
  };
}

/** @param {Element} element */
const attributesOf = (element) => Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value]));

/** Mount the workbench's stepper, whose keys work wherever the focus is. @param {App} app */
export const mount = (app) => mountStepper(app, /** @type {HTMLElement} */ (document.getElementById("stepper")), document);
