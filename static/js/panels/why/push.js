/** The selected value pushed by Δ: the output as a curve over it with its tangent, and the gap between the two. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";
import { createPlot } from "../../kit/plot.js";
import { createDescent } from "./descent.js";
import { createPushMarks } from "./push-marks.js";
import { deltas, heights, readPush, stretch, writePush } from "./pushed.js";
import { unbroken } from "./rows.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").CurveAnswer} CurveAnswer */
/** @typedef {import("../../figure/answers.js").NudgeAnswer} NudgeAnswer */
/** @typedef {{id: string, name: string, index: number[], value: number, slope: number}} Subject a number with a gradient */

/** Places of a curve. */
const POINTS = 161;

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountPush(app, root) {
  const { store, t } = app;
  const marks = createPushMarks(app.view);
  /** @type {CurveAnswer | null} */
  let curve = null;
  /** @type {NudgeAnswer | null} */
  let answer = null;
  /** What the curve is of. */
  let drawn = "";

  /** Return the selected number, if it and the output are numbers; a group stands for its result. @returns {Subject | null} */
  function subject() {
    const { graph } = app;
    const selected = store.get("selected");
    if (!graph || graph.error || selected === null || app.mode === "quiz") return null;
    const id = graph.groups.find((group) => group.id === selected)?.output ?? graph.edges.find((edge) => edge.id === selected)?.source ?? selected;
    const node = graph.nodes.find((node) => node.id === id);
    const output = graph.nodes.find((node) => node.id === graph.output);
    if (!node || node.shape?.length || output?.shape?.length || id === graph.output) return null;
    if (typeof node.value !== "number" || typeof node.grad !== "number") return null;
    return { id, name: node.called, index: [], value: node.value, slope: node.grad };
  }

  const own = () => {
    const push = readPush(store.get("nudge"));
    return push && push.id === subject()?.id ? push : null;
  };

  const heading = make("h3", {}, t("If this value changed"));
  const place = make("div", { class: "plot-place draggable" });
  const slider = make("input", { type: "range" });
  const field = make("input", { type: "number", step: "any", class: "input-value" });
  const label = make("label", { class: "push-label" });
  const zero = make("button", { type: "button", class: "link" });
  const large = make("button", { type: "button", class: "link" });
  const sentence = make("p", { class: "push-sentence" });
  const note = make("p", { class: "muted" });
  const effects = make("details", {}, make("summary", {}), make("ul", {}));
  const dialog = make("dialog", { class: "push-large" });
  const home = make("div", {}, place);
  const descent = createDescent(app);
  root.append(heading, home, make("div", { class: "push-tools" }, label, field, slider), make("p", { class: "push-links" }, zero, large), sentence, note, effects, descent.element, dialog);
  field.id = "push-delta";
  label.htmlFor = field.id;

  const description = () => {
    const at = subject();
    const node = app.graph?.nodes.find(({ id }) => id === at?.id);
    return at && app.graph ? t("{output} over {name}; the tangent at {x} has the slope {slope}.", { output: app.graph.nodes.find(({ id }) => id === app.graph?.output)?.called ?? "", name: at.name, x: node?.value_text ?? "", slope: node?.grad_text ?? "" }) : "";
  };

  const plot = createPlot(place, () => {
    const at = subject();
    if (!at || !curve || curve.input !== at.id || !app.graph) return null;
    const { graph } = app;
    const output = graph.nodes.find(({ id }) => id === graph.output);
    const y0 = Number(output?.value);
    const delta = own()?.delta ?? 0;
    const last = answer?.pushes.at(-1);
    const moved = delta && last?.id === graph.output ? { x: at.value + delta, y: y0 + Number(last.true), straight: y0 + Number(last.straight) } : null;
    const points = curve.at.map((x, k) => ({ x: Number(x), y: Number(curve?.values[k]) }));
    const near = [y0, ...(moved ? [moved.y, moved.straight] : [])].filter(Number.isFinite);
    return {
      x: { domain: [Number(curve.at[0]), Number(curve.at.at(-1))], label: at.name },
      y: { domain: heights(curve.values, near), label: output?.called ?? "" },
      description: description(),
      draw(pen) {
        const known = Number.isFinite(y0) && Number.isFinite(at.slope);
        const [low, high] = [Number(curve?.at[0]), Number(curve?.at.at(-1))];
        // Many points, so that a steep line is drawn as far as it is in sight.
        const along = Array.from({ length: 201 }, (_, k) => low + ((high - low) * k) / 200);
        if (known) pen.line("backward tangent", along.map((x) => ({ x, y: y0 + at.slope * (x - at.value) })));
        pen.line("forward", points);
        if (!known) return;
        pen.dot("", { x: at.value, y: y0 });
        if (!moved) return;
        pen.line("gap", [{ x: moved.x, y: moved.y }, { x: moved.x, y: moved.straight }]);
        pen.dot("forward", { x: moved.x, y: moved.y }, 4);
        pen.dot("backward", { x: moved.x, y: moved.straight }, 4);
      },
    };
  }, { ratio: 0.62 });

  const askCurve = oneAtATime(
    (/** @type {Subject} */ { id, index, value }) => {
      const [start, stop] = stretch(value, app.graph?.inputs.find((input) => input.id === id));
      return app.api.curveOver(id, index, start, stop, POINTS);
    },
    (found) => {
      curve = found;
      plot.update();
    },
    ignoreFailedCall,
  );
  const askPush = oneAtATime(
    (/** @type {{id: string, index: number[], delta: number}} */ { id, index, delta }) => app.api.nudge(id, index, delta),
    (found) => {
      answer = found;
      render();
    },
    ignoreFailedCall,
  );

  function push(/** @type {number} */ delta) {
    const at = subject();
    if (!at) return;
    store.set({ nudge: delta === 0 ? null : writePush({ ...at, delta }) });
  }

  function request() {
    const at = subject();
    root.hidden = at === null;
    descent.show(at && app.graph?.inputs.some(({ id }) => id === at.id) ? at.id : null);
    if (at) {
      if (drawn !== at.id) curve = null;
      drawn = at.id;
      void askCurve.ask(at);
    }
    const given = readPush(store.get("nudge"));
    if (given && app.graph && !app.graph.error && app.mode !== "quiz" && app.graph.nodes.some(({ id }) => id === given.id)) void askPush.ask(given);
    else {
      askPush.drop();
      answer = null;
    }
    render();
  }

  function render() {
    const at = subject();
    const lang = store.get("lang");
    const given = readPush(store.get("nudge"));
    const shown = answer && given && answer.id === given.id ? answer : null;
    if (shown && app.graph && store.get("labels") === "numbers") marks.show(shown, app.graph);
    else marks.clear();
    if (!at) return;
    const delta = own()?.delta ?? 0;
    const { most, step } = deltas(at.value);
    heading.textContent = t("If this value changed");
    label.textContent = t("Push {name} by Δ", { name: at.name });
    slider.setAttribute("aria-label", t("Δ for {name}", { name: at.name }));
    for (const [name, value] of Object.entries({ min: -most, max: most, step })) slider.setAttribute(name, String(value));
    slider.value = String(delta);
    if (document.activeElement !== field) field.value = String(delta);
    zero.textContent = t("Back to Δ = 0");
    zero.hidden = delta === 0;
    large.textContent = t("Draw it large");
    const here = shown && shown.id === at.id ? shown : null;
    sentence.textContent = here ? unbroken(here.sentence[lang]) : "";
    sentence.hidden = here === null;
    note.textContent = t("Each number behind it: its true change, then slope × Δ.");
    note.hidden = here === null;
    effects.hidden = here === null || here.effects.length === 0;
    const summary = effects.querySelector("summary");
    if (summary) summary.textContent = t("What a small change of each input would do");
    effects.querySelector("ul")?.replaceChildren(...(here?.effects ?? []).map((effect) => make("li", {}, effect.sentence[lang])));
    plot.update();
  }

  slider.addEventListener("input", () => push(slider.valueAsNumber));
  field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && push(field.valueAsNumber));
  zero.addEventListener("click", () => {
    push(0);
    slider.focus();
  });
  large.addEventListener("click", () => {
    dialog.replaceChildren(make("form", { method: "dialog" }, make("button", { class: "boxed" }, t("Close"))), place);
    dialog.showModal();
  });
  // Escape closes the dialog and clears no selection.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => home.append(place));

  /** @param {PointerEvent} event */
  function drag(event) {
    const [x, at] = [plot.under(event), subject()];
    if (x === null || !at) return;
    const { step } = deltas(at.value);
    push(Number((Math.round((x - at.value) / step) * step).toPrecision(10)));
  }
  place.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    place.setPointerCapture(event.pointerId);
    drag(event);
  });
  place.addEventListener("pointermove", (event) => place.hasPointerCapture(event.pointerId) && drag(event));

  store.subscribe(["selected", "nudge", "labels"], request);
  store.subscribe(["lang"], request);
  // A walk shows its numbers first.
  store.subscribe(["step"], () => setTimeout(render, 250));
  store.subscribe(["program"], () => store.set({ nudge: null }, { history: "replace" }));
  app.on("graph", request);
  app.on("values", request);
  app.on("picture", render);
}

/** @param {App} app */
export const mount = (app) => mountPush(app, byId("push"));
