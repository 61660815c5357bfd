/** The bar of the current run: play, step, reset, or that another person's is watched; progress, loss and accuracy. */

import { icon, make } from "../../kit/element.js";
import { countText, lossText, percentText, STATES, timeText } from "../client/words.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunStatus} RunStatus */

/** Interval at which numbers are updated, in milliseconds: faster ones are unreadable. */
const READABLE = 200;

const ICONS = {
  play: "M6.5 4.5l9 5.5-9 5.5z",
  pause: "M7 5v10 M13 5v10",
  step: "M6 5l7 5-7 5z M15 5v10",
  reset: "M6.2 6.2A5.5 5.5 0 1 1 4.5 10.5 M6.5 2.8v3.7h3.7",
};

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 * @param {ReturnType<typeof import("./actions.js").createRunActions>} actions
 */
export function mountRunBar(session, host, actions) {
  const { t } = session;
  const button = (/** @type {string} */ action, /** @type {string} */ path) => {
    const words = make("span");
    const element = make("button", { type: "button", class: "boxed", "data-action": action }, icon(path), words);
    return { element, words, sign: /** @type {SVGPathElement} */ (element.querySelector("path")) };
  };
  const play = button("play", ICONS.play);
  play.element.classList.add("play");
  const step = button("step", ICONS.step);
  const reset = button("reset", ICONS.reset);
  const watching = make("strong", { class: "watching" });
  const copy = make("button", { type: "button", class: "boxed", "data-action": "copy" });
  const watch = make("div", { class: "run-buttons", hidden: true }, watching, copy);
  const buttons = make("div", { class: "run-buttons", role: "group" }, play.element, step.element, reset.element);

  const filled = make("span", { class: "run-filled" });
  const track = make("div", { class: "run-track", role: "progressbar", "aria-valuemin": 0 }, filled);
  const where = make("span", { class: "run-where" });
  const left = make("span", { class: "run-left" });
  const progress = make("div", { class: "run-progress" }, track, make("p", {}, where, left));

  const fact = (/** @type {string} */ key) => {
    const [name, value] = [make("dt"), make("dd", { "data-fact": key })];
    return { name, value, row: make("div", {}, name, value) };
  };
  const facts = { loss: fact("loss"), batch: fact("batch"), test: fact("test"), speed: fact("speed") };
  const list = make("dl", { class: "run-facts" }, Object.values(facts).map(({ row }) => row));

  host.append(buttons, watch, progress, list);

  function words() {
    buttons.setAttribute("aria-label", t("Training"));
    track.setAttribute("aria-label", t("Progress"));
    watching.textContent = t("Watching");
    watch.title = t("This run belongs to somebody else. A copy of your own goes on from where it stands.");
    copy.textContent = t("Make a copy");
    step.words.textContent = t("One step");
    reset.words.textContent = t("Reset");
    for (const [{ element }, key] of /** @type {const} */ ([[play, "Space"], [step, "N"], [reset, "R"]])) element.title = key;
    facts.loss.name.textContent = t("Batch loss");
    facts.batch.name.textContent = t("Batch accuracy");
    facts.test.name.textContent = t("Test accuracy");
    facts.speed.name.textContent = t("Steps per second");
    show();
  }

  let shownAt = -Infinity;
  let later = 0;

  function show() {
    shownAt = performance.now();
    clearTimeout(later);
    later = 0;
    const { status, connection, own } = session.current;
    const { state, steps } = status;
    const going = state === "running" || state === "queued";
    const finished = state === "finished";
    const gone = connection === "gone";
    buttons.hidden = !own;
    watch.hidden = own;
    copy.disabled = gone;
    play.words.textContent = going ? t("Pause") : finished ? t("{n} more steps", { n: countText(actions.more) }) : t("Play");
    play.sign.setAttribute("d", going ? ICONS.pause : ICONS.play);
    play.element.setAttribute("data-state", state);
    play.element.disabled = gone || state === "failed";
    step.element.disabled = gone || state === "failed" || finished;
    reset.element.disabled = gone || (status.step === 0 && !going && state !== "failed");
    track.setAttribute("aria-valuemax", String(steps));
    track.setAttribute("aria-valuenow", String(status.step));
    filled.style.width = `${(100 * Math.min(status.step, steps)) / steps}%`;
    set(where, t("Step {k} of {n}, epoch {e}", { k: countText(status.step), n: countText(steps), e: status.epoch }));
    set(left, state === "running" && status.seconds_left !== null ? timeText(status.seconds_left, t) : session.current.frame || state !== "ready" ? t(STATES[state]) : t("Getting ready"));
    set(facts.loss.value, lossText(status.loss));
    set(facts.batch.value, percentText(status.accuracy));
    set(facts.test.value, percentText(status.test_accuracy));
    facts.test.value.title = status.test_step === null ? "" : t("at step {n}", { n: countText(status.test_step) });
    set(facts.speed.value, status.steps_per_second > 0 ? countText(Math.round(status.steps_per_second)) : "—");
  }

  let state = "";
  session.on("status", ({ run, status }) => {
    if (run !== session.current) return;
    const changed = status.state !== state;
    state = status.state;
    const wait = shownAt + READABLE - performance.now();
    if (changed || wait <= 0) show();
    else later ||= window.setTimeout(show, wait);
  });
  session.on("current", show);
  session.store.subscribe(["lang"], words);
  host.addEventListener("click", ({ target }) => {
    const action = target instanceof Element && target.closest("[data-action]")?.getAttribute("data-action");
    if (action === "play") actions.toggle();
    else if (action === "step") actions.step();
    else if (action === "reset") actions.reset();
    else if (action === "copy") actions.copy();
  });
  words();
}

/** @param {Element} element @param {string} text */
function set(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
