/** The selected value pushed by Δ: the output as a curve over it with its tangent, and the gap between the two. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";
import { createPlot } from "../../kit/plot.js";
import { indexOf, sizeOf } from "../../kit/tensor-values.js";
import { createDescent } from "./descent.js";
import { createElements } from "./elements.js";
import { createPushMarks } from "./push-marks.js";
import { deltas, heights, readPush, stretch, writePush } from "./pushed.js";
import { unbroken } from "./rows.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").CurveAnswer} CurveAnswer */
/** @typedef {import("../../figure/answers.js").NudgeAnswer} NudgeAnswer */
/** @typedef {import("./elements.js").Known} Known */
/** @typedef {{id: string, index: number[]}} Target */

/** Places of a curve. */
const POINTS = 161;
/** Width up to which the large plot is higher than wide. */
const NARROW = 500;
/** Elements of a tensor up to which they are listed for choice. */
const LISTED = 100;

/** @param {Target} at */
const keyOf = ({ id, index }) => `${id} ${index.join(",")}`;

/**
 * Return the place of the largest written gradient of a tensor; the first where none is written.
 * @param {import("../../figure/answers.js").GraphNode} node
 */
function steepest({ shape, cells }) {
  const texts = cells?.grad ?? [];
  const sizes = texts.flatMap((row, i) => row.map((text, j) => ({ i, j, size: Math.abs(Number(text.replace("−", "-").replaceAll(",", ""))) || 0 })));
  const most = sizes.reduce((best, each) => (each.size > best.size ? each : best), { i: 0, j: 0, size: 0 });
  return indexOf(shape, 0, most.i, most.j);
}

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

  /** The element last chosen, by tensor. @type {Map<string, number[]>} */
  const chosen = new Map();
  const elements = createElements(app, () => request());

  /** Return the selected number or tensor, if the output is a number; a group stands for its result. */
  function selectedNode() {
    const { graph } = app;
    const selected = store.get("selected");
    if (!graph || graph.error || selected === null || app.mode === "quiz") return null;
    const node = nodeOf(selected);
    const output = graph.nodes.find((node) => node.id === graph.output);
    if (!node || output?.shape?.length || node.id === graph.output || node.grad_text === null || sizeOf(node.shape) === 0) return null;
    return node;
  }

  /** Return the node that a part of the graph shows. @param {string} part */
  function nodeOf(part) {
    const { graph } = app;
    const id = graph?.groups.find((group) => group.id === part)?.output ?? graph?.edges.find((edge) => edge.id === part)?.source ?? part;
    return graph?.nodes.find((node) => node.id === id);
  }

  /** Return what is pushed: the selected number, or the chosen element of a tensor. @returns {Target | null} */
  function target() {
    const node = selectedNode();
    if (!node) return null;
    const { id, shape } = node;
    if (shape.length === 0) return { id, index: [] };
    const pushed = readPush(store.get("nudge"));
    const index = pushed?.id === id ? pushed.index : (chosen.get(id) ?? steepest(node));
    return { id, index: index.length === shape.length && index.every((k, axis) => k < (shape[axis] ?? 0)) ? index : shape.map(() => 0) };
  }

  /** @returns {Known | null} */
  function subject() {
    const at = target();
    return at && elements.of(at.id, at.index);
  }

  const own = () => {
    const [push, at] = [readPush(store.get("nudge")), target()];
    return push && at && push.id === at.id && `${push.index}` === `${at.index}` ? push : null;
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
  const which = make("select", { id: "push-element" });
  const whichLabel = make("label", { for: "push-element" });
  const element = make("p", { class: "descent-tools" }, whichLabel, which);
  const descent = createDescent(app, elements);
  root.append(heading, element, home, make("div", { class: "push-tools" }, label, field, slider), make("p", { class: "push-links" }, zero, large), sentence, note, effects, descent.element, dialog);
  field.id = "push-delta";
  label.htmlFor = field.id;

  const description = () => {
    const at = subject();
    return at && app.graph ? t("{output} over {name}; the tangent at {x} has the slope {slope}.", { output: app.graph.nodes.find(({ id }) => id === app.graph?.output)?.called ?? "", name: at.name, x: at.valueText, slope: at.slopeText }) : "";
  };

  const plot = createPlot(place, () => {
    const at = subject();
    if (!at || !curve || curve.input !== at.id || !app.graph || drawn !== keyOf(at)) return null;
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
  }, { ratio: (width) => (dialog.open && width < NARROW ? 1.1 : 0.62) });

  const askCurve = oneAtATime(
    (/** @type {Known} */ { id, index, value }) => {
      const [start, stop] = stretch(value, index.length > 0 ? undefined : app.graph?.inputs.find((input) => input.id === id));
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
    const at = target();
    if (!at) return;
    store.set({ nudge: delta === 0 ? null : writePush({ ...at, delta }) });
  }

  function request() {
    const at = subject();
    root.hidden = target() === null;
    descent.show(at && app.graph?.inputs.some(({ id }) => id === at.id) ? at : null);
    if (at) {
      if (drawn !== keyOf(at)) curve = null;
      drawn = keyOf(at);
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

  /** Ask for the numbers of elements again. */
  function renew() {
    elements.renew([target(), descent.other()].flatMap((at) => at ?? []));
    request();
  }

  /** Show which element of a tensor is pushed, and the others for choice. */
  function showElements() {
    const [node, at] = [selectedNode(), target()];
    element.hidden = !at || at.index.length === 0;
    if (!node || !at || element.hidden) return;
    whichLabel.textContent = t("Element");
    const count = sizeOf(node.shape);
    const columns = node.shape.at(-1) ?? 1;
    const rows = node.shape.at(-2) ?? 1;
    const indices = count <= LISTED ? Array.from({ length: count }, (_, k) => indexOf(node.shape, Math.floor(k / (rows * columns)), Math.floor(k / columns) % rows, k % columns)) : [at.index];
    const options = indices.map((index) => make("option", { value: index.join(","), selected: `${index}` === `${at.index}` }, `[${index.join(", ")}]`));
    which.replaceChildren(...options);
    which.disabled = count > LISTED;
    which.title = which.disabled ? t("Choose one in the tensor above.") : "";
  }

  function render() {
    const at = subject();
    const lang = store.get("lang");
    const given = readPush(store.get("nudge"));
    const shown = answer && given && answer.id === given.id ? answer : null;
    if (shown && app.graph && store.get("labels") === "numbers") marks.show(shown, app.graph);
    else marks.clear();
    showElements();
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
    const here = shown && own() ? shown : null;
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

  /** Push this element of the selected tensor from now on. @param {number[]} index */
  function choose(index) {
    const at = target();
    if (!at || at.index.length !== index.length || `${at.index}` === `${index}`) return;
    chosen.set(at.id, index);
    if (readPush(store.get("nudge"))?.id === at.id) store.set({ nudge: null });
    request();
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

  which.addEventListener("change", () => choose(which.value.split(",").map(Number)));
  app.on("provenance", (answer) => {
    const node = selectedNode();
    if (answer && node && nodeOf(answer.id)?.id === node.id) choose(answer.index);
  });

  store.subscribe(["selected", "nudge", "labels"], request);
  store.subscribe(["lang"], request);
  // A walk shows its numbers first.
  store.subscribe(["step"], () => setTimeout(render, 250));
  store.subscribe(["program"], () => store.set({ nudge: null }, { history: "replace" }));
  app.on("graph", () => {
    elements.forget();
    request();
  });
  app.on("values", renew);
  app.on("picture", render);
}

/** @param {App} app */
export const mount = (app) => mountPush(app, byId("push"));
