/** Three ways to all slopes of one graph, run side by side: numerically, in forward mode, in reverse mode. */

import { make } from "../../kit/element.js";
import { isAbort, isFailedCall } from "../../kit/http.js";
import { msg } from "../../kit/i18n.js";
import { KEY_MOVES, stepAfter } from "../../panels/stepper/clock.js";
import { createOutline } from "./outline.js";
import { after, createLane, lastTick, markAt, paceOf, target, TICKS, winner } from "./race-lane.js";
import { placeView } from "./view.js";

/** @typedef {import("./race-lane.js").Lane} Lane */
/** @typedef {import("../../figure/answers.js").RacePass} RacePass */
/** @typedef {import("../../figure/answers.js").RaceElement} RaceElement */

const WAYS = /** @type {const} */ ([
  { way: "numerical", title: msg("Numerical"), says: msg("each input a little up, then a little down: two evaluations for each") },
  { way: "forward", title: msg("Forward mode"), says: msg("one evaluation, then for each input one pass that carries its tangent along") },
  { way: "reverse", title: msg("Reverse mode: backpropagation"), says: msg("one evaluation, then one backward pass for each output") },
]);

/** Time of a tick in which each way does one pass, in milliseconds, and of one with many. */
const [PACE, FAST] = [900, 30];
/** Most passes asked for at once. */
const MOST = 10_000;

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const { figure: made, drawn } = placeView(host, figure, lesson);
  await drawn;
  const { app } = made;
  const place = /** @type {HTMLElement} */ (host.closest(".figure"));
  const moved = figure.moved ?? [];
  /** @param {Lane["way"]} way @param {number} first @param {number} count @returns {Promise<import("../../figure/answers.js").RaceAnswer>} */
  const ask = (way, first, count) => app.api.post("/graphs/races", { ...app.api.body(), way, moved, first, count: Math.min(count, MOST) }, `race ${way}`);

  const plans = await Promise.all(WAYS.map(({ way }) => ask(way, 0, 1)));
  const lanes = WAYS.map(({ way }, k) => createLane(way, /** @type {import("../../figure/answers.js").RaceAnswer} */ (plans[k])));
  const [pace, last] = [paceOf(lanes), lastTick(lanes)];
  const short = last < TICKS && pace === 1;

  let at = 0;
  let playing = false;
  /** Counts moves; one that is overtaken stops asking. */
  let turn = 0;
  /** @type {Lane["way"] | null} */
  let guess = null;

  // The guess, before anything runs
  const guesses = WAYS.map(({ way, title }) => {
    const button = make("button", { type: "button", role: "radio", "aria-checked": "false", "data-way": way }, t(title));
    button.addEventListener("click", () => {
      guess = way;
      show();
    });
    return button;
  });
  const ask_ = make("p", { class: "race-question" }, t("Before they start: which one multiplies least?"));
  const verdict = make("p", { class: "race-verdict", role: "status" });
  const guessing = make("div", { class: "race-guess" }, ask_, make("div", { class: "choices", role: "radiogroup", "aria-label": ask_.textContent }, guesses), verdict);

  // The clock
  const tool = (/** @type {string} */ words, /** @type {() => void} */ run, /** @type {string} */ name) => {
    const button = make("button", { type: "button", class: "boxed", "data-action": name }, words);
    button.addEventListener("click", run);
    return button;
  };
  const play = tool(t("Play"), () => (playing ? stop() : start()), "play");
  const buttons = [
    tool(t("From the start"), () => jump(0), "first"),
    tool(t("Back"), () => jump(at - 1), "previous"),
    play,
    tool(t("Step"), () => jump(at + 1), "next"),
    tool(t("To the end"), () => jump(last), "last"),
  ];

  // The lanes
  const rows = WAYS.map(({ way, title, says }, k) => {
    const outline = make("div", { class: "race-outline", "aria-hidden": "true", inert: true });
    const cells = make("div", { class: "race-track", "aria-hidden": "true" });
    const [passes, multiplications, known] = [make("dd", {}), make("dd", {}), make("dd", {})];
    const now = make("p", { class: "race-now" });
    const slopes = make("ul", { class: "race-slopes" });
    const row = make(
      "div",
      { class: "race-lane", role: "group", "data-way": way, "aria-label": t(title) },
      make("p", { class: "race-title" }, t(title)),
      make("p", { class: "race-how muted" }, t(says)),
      outline,
      cells,
      make("dl", { class: "race-counts" }, make("div", {}, make("dt", {}, t("Passes")), passes), make("div", {}, make("dt", {}, t("Multiplications")), multiplications), make("div", {}, make("dt", {}, t("Slopes found")), known)),
      now,
      slopes,
    );
    const lane = /** @type {Lane} */ (lanes[k]);
    const count = Math.min(lane.passes, TICKS);
    cells.append(...Array.from({ length: count }, () => make("span", {})));
    return { row, lane, cells, passes, multiplications, known, now, slopes, outline: createOutline(outline, app), shown: -1 };
  });
  host.append(guessing, make("div", { class: "code-buttons race-buttons" }, buttons), make("div", { class: "race-lanes" }, rows.map(({ row }) => row)));

  const number = (/** @type {number} */ value) => value.toLocaleString("en");
  /** @param {RaceElement} element */
  function called({ id, index }) {
    const node = app.graph?.nodes.find((item) => item.id === id);
    return `${index.length ? id : (node?.label ?? id)}${index.length ? `[${index.join(", ")}]` : ""}`;
  }

  /** @param {RacePass | null} pass */
  function words(pass) {
    if (pass === null) return t("at the start");
    const name = pass.about ? called(pass.about) : "";
    if (pass.kind === "evaluation") return pass.about === null ? t("forward: every value") : pass.sign > 0 ? t("{name} + ε", { name }) : t("{name} − ε", { name });
    return pass.kind === "tangent" ? t("{name} moves with speed 1", { name }) : t("backward from {name}", { name });
  }

  /** What a pass goes through, in order. @param {RacePass} pass */
  function path(pass) {
    const edges = app.view.parts("edge").map((edge) => [edge.getAttribute("data-source") ?? "", edge.getAttribute("data-target") ?? ""]);
    const nodes = app.view.parts("node").map((node) => node.getAttribute("data-id") ?? "");
    const from = (/** @type {string} */ id) => app.view.centre(id)?.x ?? 0;
    const order = nodes.sort((a, b) => from(a) - from(b));
    if (pass.kind === "backward") return order.reverse();
    if (pass.kind === "evaluation") return order;
    const reached = new Set([pass.about?.id ?? ""]);
    for (let before = 0; before !== reached.size; ) {
      before = reached.size;
      for (const [source = "", to = ""] of edges) if (reached.has(source)) reached.add(to);
    }
    return order.filter((id) => reached.has(id));
  }

  /** @param {boolean} [moving] */
  function show(moving = false) {
    for (const item of rows) {
      const { lane, cells } = item;
      const mark = markAt(lane, at);
      item.passes.textContent = `${number(mark.done)} / ${number(lane.passes)}`;
      item.multiplications.textContent = number(mark.multiplications);
      item.known.textContent = `${number(mark.known)} / ${number(lane.slopes)}`;
      const done = mark.done === lane.passes;
      item.now.textContent = done ? t("all slopes found") : words(mark.last);
      item.row.classList.toggle("done", done);
      const filled = Math.floor((mark.done / lane.passes) * cells.children.length);
      [...cells.children].forEach((cell, k) => cell.classList.toggle("on", k < filled));
      item.slopes.replaceChildren(
        ...mark.slopes.map(({ input, output, slope_text }) => make("li", {}, `∂${output.index.length ? `${output.id}[${output.index.join(", ")}]` : output.id}/∂${input.index.length ? `${input.id}[${input.index.join(", ")}]` : input.id} = ${slope_text}`)),
        ...(lane.slopes > mark.slopes.length && mark.known > mark.slopes.length ? [make("li", {}, "…")] : []),
      );
      if (mark.done !== item.shown) {
        item.shown = mark.done;
        if (mark.last) item.outline.sweep(path(mark.last), mark.last.kind === "backward" ? "backward" : "forward", moving && pace === 1);
        else item.outline.clear();
      }
    }
    const first = winner(lanes, at);
    for (const button of guesses) {
      button.setAttribute("aria-checked", String(button.dataset.way === guess));
      button.tabIndex = button.dataset.way === (guess ?? "numerical") ? 0 : -1;
      if (at > 0 && guess === null) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    }
    const name = t(WAYS.find(({ way }) => way === first)?.title ?? "");
    verdict.textContent = first === null ? "" : [guess === null ? "" : guess === first ? t("Your guess was right.") : t("Your guess was another."), t("{name} multiplies least.", { name })].filter(Boolean).join(" ");
    for (const button of buttons) {
      const action = button.dataset.action;
      button.disabled = action === "first" || action === "previous" ? at === 0 : action !== "play" && at >= last;
    }
    play.textContent = playing ? t("Pause") : t("Play");
  }

  /** Have every way run to a tick. @param {number} tick @param {() => boolean} wanted */
  async function runTo(tick, wanted) {
    await Promise.all(
      lanes.map(async (lane) => {
        for (let next = lane.marks.length; next <= tick; next += 1) {
          let mark = markAt(lane, next - 1);
          const goal = target(lane, next, pace);
          while (mark.done < goal) {
            if (!wanted()) return;
            mark = after(mark, await ask(lane.way, mark.done, goal - mark.done));
          }
          if (lane.marks.length === next) lane.marks.push(mark);
          if (!short && wanted()) show();
        }
      }),
    );
  }

  /** Move to a tick. @param {number} tick */
  async function go(tick) {
    const to = Math.min(last, Math.max(0, tick));
    const mine = ++turn;
    const wanted = () => mine === turn;
    host.setAttribute("aria-busy", "true");
    try {
      for (let next = at + 1; next <= to && wanted(); next += 1) {
        await runTo(next, wanted);
        if (!wanted()) return false;
        at = next;
        if (next < to && !short) show();
      }
      if (!wanted()) return false;
      at = to;
      show(true);
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      stop();
      if (!isFailedCall(error)) throw error;
      verdict.textContent = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      if (wanted()) host.removeAttribute("aria-busy");
    }
  }

  function stop() {
    playing = false;
    turn += 1;
    host.removeAttribute("aria-busy");
    show();
  }

  async function start() {
    playing = true;
    if (at >= last) at = 0;
    show();
    while (playing && at < last) {
      const began = performance.now();
      if (!(await go(at + 1))) return;
      await new Promise((done) => setTimeout(done, Math.max(0, (short ? PACE : FAST) - (performance.now() - began))));
    }
    if (playing) stop();
    if (at >= last) tell();
  }

  /** @param {number} tick */
  async function jump(tick) {
    playing = false;
    if (await go(tick)) tell();
  }

  /** Say how far each way is. */
  function tell() {
    const said = lanes.map((lane, k) => {
      const { done, multiplications } = markAt(lane, at);
      return t("{name}: {n} of {all} passes, {m} multiplications.", { name: t(WAYS[k]?.title ?? ""), n: number(done), all: number(lane.passes), m: number(multiplications) });
    });
    announce([...said, verdict.textContent].join(" "));
  }

  place.addEventListener("keydown", (event) => {
    const move = KEY_MOVES[event.key];
    if (!move || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest("input, select, [role=radiogroup], .canvas")) return;
    event.preventDefault();
    jump(stepAfter(move, at, last) ?? at);
  });
  // A clicker's step
  place.addEventListener("walk", (event) => {
    const direction = /** @type {CustomEvent<number>} */ (event).detail;
    // Of a long race a class sees one step: who wants the rest presses Play.
    if (at + direction < 0 || at + direction > (short ? last : 1)) return;
    event.preventDefault();
    jump(at + direction);
  });
  // Other numbers are another race.
  app.store.subscribe(["inputs"], async () => {
    stop();
    at = 0;
    for (const lane of lanes) lane.marks.length = 1;
    const mine = turn;
    if (short) await runTo(last, () => mine === turn).catch((error) => { if (!isAbort(error)) throw error; });
    show();
  });
  if (short) {
    // Who presses a button before this has ended takes over its calls.
    await runTo(last, () => true).catch((error) => { if (!isAbort(error)) throw error; });
    let before = 0;
    window.addEventListener("beforeprint", () => {
      before = at;
      at = last;
      show();
    });
    window.addEventListener("afterprint", () => {
      at = before;
      show();
    });
  }
  show();
  return made;
}
