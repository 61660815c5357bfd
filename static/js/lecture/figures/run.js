/** A net that trains on MNIST while the person reads; it continues on the page of runs. */

import { make } from "../../kit/element.js";
import { ApiProblem, createCaller, failureText, isAbort } from "../../kit/http.js";
import { createPlot } from "../../kit/plot.js";
import { ROOT } from "../../kit/root.js";
import { numberOf } from "../../runs/client/frame.js";
import { percentText } from "../../runs/client/words.js";

/** @typedef {import("../../runs/client/types.js").RunStatus & {id: string, own: boolean}} Run */

const STEPS = 10_000;
const PAUSE = 400;
const KEPT = "chainrule.lesson-run";

/** Where the axis ends: it grows in a few jumps, so that both the first steps and all of them are seen. @param {number} step */
const reach = (step) => [100, 200, 500, 1000, 2000, 5000].find((end) => step <= end) ?? Math.max(STEPS, step);

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const { call } = createCaller(() => lesson.store.get("lang"));
  /** @type {Run | null} */
  let run = null;
  /** @type {import("../../runs/client/types.js").History | null} */
  let history = null;
  let timer = 0;

  const play = make("button", { type: "button", class: "boxed" }, t("Start the training"));
  const link = make("a", { class: "boxed button", href: `${ROOT}/mnist`, hidden: true }, t("See every node"));
  const bar = make("progress", { max: STEPS, value: 0, "aria-label": t("Steps") });
  const note = make("p", { class: "plot-readings", role: "status" });
  const place = make("div", { class: "plot-place" });
  host.append(make("div", { class: "linked-tools" }, play, link, bar), note, place);

  const plot = createPlot(
    place,
    () => ({
      x: { domain: [0, history ? reach(Math.max(history.steps.at(-1) ?? 0, run?.step ?? 0)) : STEPS], label: t("step"), text: (value) => value.toLocaleString("en") },
      y: { domain: [0, 1], label: t("share of digits read correctly"), text: (value) => `${Math.round(value * 100)}%` },
      description: note.textContent || t("Nothing trained yet"),
      draw(pen) {
        if (!history) return;
        const { steps, accuracy, test_steps: tests, test_accuracy: tested } = history;
        pen.line("forward faint", steps.map((x, k) => ({ x, y: numberOf(accuracy[k]) })));
        const points = tests.map((x, k) => ({ x, y: tested[k] ?? NaN }));
        pen.line("forward", points);
        for (const point of points) pen.dot("forward", point, 2.5);
        const last = points.at(-1);
        if (last) pen.label("forward halo", last, t("test {share}", { share: percentText(last.y) }), { dx: -6, dy: 22, anchor: "end" });
      },
    }),
    { ratio: 0.45 },
  );

  function show() {
    const going = run?.state === "running" || run?.state === "queued";
    play.textContent = going ? t("Pause") : run?.state === "finished" ? t("Train again") : run && run.step > 0 ? t("Continue") : t("Start the training");
    bar.value = run?.step ?? 0;
    if (run) {
      link.hidden = false;
      link.href = `${ROOT}/mnist?run=${run.id}`;
      note.textContent =
        run.state === "queued"
          ? t("All places are taken; this run is number {n} in the queue.", { n: run.position ?? 1 })
          : t("Step {step} of {steps}: loss {loss}, accuracy {train} on the batch, {test} on the test set.", {
              step: run.step.toLocaleString("en"),
              steps: run.steps.toLocaleString("en"),
              loss: run.loss === null ? "—" : numberOf(run.loss).toFixed(3),
              train: percentText(run.accuracy),
              test: percentText(run.test_accuracy),
            });
    }
    plot.update();
  }

  async function follow() {
    clearTimeout(timer);
    if (!run || !host.isConnected) return;
    const before = run.state;
    run = /** @type {Run} */ (await call(`/runs/${run.id}`));
    history = await call(`/runs/${run.id}/history`);
    show();
    if (run.state === "running" || run.state === "queued") timer = window.setTimeout(() => attempt(follow), PAUSE);
    else if (before === "running") announce(note.textContent ?? "");
  }

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    try {
      await work();
    } catch (error) {
      // A newer look at the run has taken over.
      if (isAbort(error)) return;
      const why = failureText(error, t);
      if (error instanceof ApiProblem && error.problem.status === 404) {
        run = null;
        show();
      }
      note.textContent = why;
    }
  }

  play.addEventListener("click", () =>
    attempt(async () => {
      play.disabled = true;
      try {
        if (!run) {
          run = /** @type {Run} */ (await call("/runs", { body: { steps: STEPS } }));
          sessionStorage.setItem(KEPT, run.id);
        }
        const going = run.state === "running" || run.state === "queued";
        if (run.state === "finished") run = await call(`/runs/${run.id}/actions`, { body: { action: "reset" } });
        run = /** @type {Run} */ (await call(`/runs/${run?.id}/actions`, { body: { action: going ? "pause" : "start" } }));
      } finally {
        play.disabled = false;
      }
      await follow();
    }),
  );

  // On return to the part, find the run started here.
  const kept = sessionStorage.getItem(KEPT);
  if (kept) {
    run = await call(`/runs/${kept}`).catch(() => null);
    if (!run?.own) run = null;
    if (run) await attempt(follow);
    else sessionStorage.removeItem(KEPT);
  }
  show();
}
