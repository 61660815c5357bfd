/** A deep net on MNIST: gradients by layer, sigmoid and ReLU, four scales of initial weights. */

import { make } from "../../kit/element.js";
import { reachByKeys } from "../../kit/formula.js";
import { createCaller, failureText } from "../../kit/http.js";
import { numberText } from "../../kit/number-text.js";
import { spread } from "../../kit/plot-scale.js";
import { createPlot } from "../../kit/plot.js";
import { numberOf, readFrame } from "../../runs/client/frame.js";
import { initText, percentText } from "../../runs/client/words.js";

/** @typedef {{activation: string, init: import("../../runs/client/types.js").RunOptions["init"], norms: number[], accuracy: number | null, stopped: string | null}} Case */

const HIDDEN = [100, 100, 100, 100, 100];
const SCALES = /** @type {const} */ ([0.01, 1, "xavier", "he"]);
const ACTIVATIONS = /** @type {const} */ ([["sigmoid", "sigmoid"], ["relu", "ReLU"]]);
const STEPS = 300;
/** Ends of the axis; sizes beyond them are drawn at the end. */
const [LEAST, MOST] = [1e-9, 1e5];

/** @type {import("../types.js").SpecialFigure["mount"]} */
export function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const { call } = createCaller(() => lesson.store.get("lang"));
  /** @type {Case[]} */
  let cases = [];

  const measure = make("button", { type: "button", class: "boxed" }, t("Measure the initial gradients"));
  const train = make("button", { type: "button", class: "boxed", disabled: true }, t("Train each for {n} steps", { n: STEPS }));
  const note = make("p", { class: "plot-readings", role: "status" }, t("A net with {n} hidden layers of 100 units, on a batch of 100 real digits.", { n: HIDDEN.length }));
  const row = make("div", { class: "deep-row" });
  const body = make("tbody", {});
  const table = make(
    "table",
    { class: "figure-table", hidden: true },
    make("thead", {}, make("tr", {}, [t("Activation"), t("Initial weights"), t("Gradient, first layer"), t("Gradient, last layer"), t("Test accuracy")].map((head, k) => make("th", { scope: "col", class: k > 1 ? "number" : null }, head)))),
    body,
  );
  host.append(make("div", { class: "linked-tools" }, measure, train), note, row, make("div", { class: "table-scroll" }, table));

  const plots = ACTIVATIONS.map(([activation, title]) => {
    const place = make("div", { class: "plot-place" });
    row.append(make("div", {}, make("p", { class: "view-title" }, title), place));
    return createPlot(
      place,
      () => {
        const shown = cases.filter((one) => one.activation === activation);
        return {
          x: { domain: [1, HIDDEN.length + 1], label: t("layer"), text: (value) => (Number.isInteger(value) ? String(value) : "") },
          y: { domain: [LEAST, MOST], log: true, label: t("size of the gradient of W and b") },
          description: shown.map(({ init, norms }) => `${initText(init)}: ${norms.map(numberText).join(", ")}`).join("; ") || t("Nothing measured yet"),
          draw(pen) {
            const lines = shown.map(({ norms }) => norms.map((norm, k) => ({ x: k + 1, y: Math.min(MOST, Math.max(LEAST, norm)) })).filter(({ y }) => Number.isFinite(y)));
            const ends = spread(lines.map((line) => pen.y(line.at(-1)?.y ?? 1)), 15, pen.room);
            lines.forEach((line, k) => {
              const end = line.at(-1);
              const init = shown[k]?.init ?? 0;
              pen.line(`backward ${typeof init === "number" ? (init === 1 ? "dotted" : "dashed") : init === "xavier" ? "thin" : "thick"}`, line);
              for (const point of line) pen.dot("backward", point, 3);
              if (end) pen.label("backward halo", end, initText(init), { dx: 8, dy: (ends[k] ?? 0) - pen.y(end.y) + 4 });
            });
          },
        };
      },
      { ratio: 0.75, right: 64 },
    );
  });

  function show() {
    for (const plot of plots) plot.update();
    table.hidden = cases.length === 0;
    if (table.parentElement) reachByKeys(table.parentElement);
    body.replaceChildren(
      ...cases.map(({ activation, init, norms, accuracy, stopped }) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, ACTIVATIONS.find(([name]) => name === activation)?.[1]),
          make("td", {}, initText(init)),
          make("td", { class: "number backward" }, numberText(norms[0] ?? NaN)),
          make("td", { class: "number backward" }, numberText(norms.at(-1) ?? NaN)),
          make("td", { class: "number" }, stopped ?? percentText(accuracy)),
        ),
      ),
    );
  }

  /** Measure with one run: another activation or scale restarts it on the same batch. */
  async function measureAll() {
    const wanted = ACTIVATIONS.flatMap(([activation]) => SCALES.map((init) => ({ activation, init })));
    const run = await call("/runs", { body: { hidden: HIDDEN, ...wanted[0], steps: STEPS } });
    try {
      cases = [];
      for (const options of wanted) {
        await call(`/runs/${run.id}`, { method: "PATCH", body: options });
        const frame = readFrame(await (await call(`/runs/${run.id}/frame`, { accept: "application/octet-stream" })).arrayBuffer());
        cases = [...cases, { ...options, norms: frame.gradient_norms.map(numberOf), accuracy: null, stopped: null }];
        show();
      }
    } finally {
      call(`/runs/${run.id}`, { method: "DELETE" }).catch(() => {});
    }
    announce(t("Measured."));
  }

  async function trainAll() {
    const run = await call("/runs", { body: { hidden: HIDDEN, activation: cases[0]?.activation, init: cases[0]?.init, steps: STEPS } });
    try {
      for (const one of cases) {
        await call(`/runs/${run.id}`, { method: "PATCH", body: { activation: one.activation, init: one.init } });
        const status = await waitForEnd(run.id, await call(`/runs/${run.id}/actions`, { body: { action: "start" } }));
        one.stopped = status.state === "failed" ? t("stopped at step {n}", { n: status.step }) : null;
        one.accuracy = status.test_accuracy;
        show();
      }
    } finally {
      call(`/runs/${run.id}`, { method: "DELETE" }).catch(() => {});
    }
    announce(t("Trained."));
  }

  /** @param {string} id @param {any} status */
  async function waitForEnd(id, status) {
    while (["running", "queued", "ready"].includes(status.state)) {
      await new Promise((resolve) => setTimeout(resolve, 150));
      status = await call(`/runs/${id}`);
    }
    return status;
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<void>} work */
  function onPress(button, work) {
    button.addEventListener("click", async () => {
      const usual = note.textContent;
      measure.disabled = train.disabled = true;
      note.textContent = t("The net is at work…");
      try {
        await work();
        note.textContent = usual;
      } catch (error) {
        note.textContent = failureText(error, t);
      } finally {
        measure.disabled = false;
        train.disabled = cases.length === 0;
      }
    });
  }
  onPress(measure, measureAll);
  onPress(train, trainAll);
  show();
}
