/** The section of a push: the selected value pushed by Δ, what follows, and the controls. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { byId } from "../../kit/page-data.js";
import { indexOf, sizeOf } from "../../kit/tensor-values.js";
import { createDescent } from "./descent.js";
import { createElements } from "./elements.js";
import { createLarge } from "./large.js";
import { createPushCurve } from "./push-curve.js";
import { createPushMarks } from "./push-marks.js";
import { createTarget } from "./push-target.js";
import { deltas, readPush, writePush } from "./pushed.js";
import { unbroken } from "./rows.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").NudgeAnswer} NudgeAnswer */
/** @typedef {{id: string, index: number[]}} Target */

/** Elements of a tensor up to which they are listed for choice. */
const LISTED = 100;

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountPush(app, root) {
  const { store, t } = app;
  const marks = createPushMarks(app.view);
  /** @type {NudgeAnswer | null} */
  let answer = null;
  /** The program of the graph on the page: a newer one may lack what is selected. */
  let known = "";
  const elements = createElements(app, () => request());
  const pushed = createTarget(app, elements);
  const { target, subject, own } = pushed;

  const heading = make("h3", {}, t("If this value changed"));
  const place = make("div", { class: "plot-place draggable" });
  const slider = make("input", { type: "range" });
  const field = make("input", { type: "number", step: "any", class: "input-value" });
  const label = make("label", { class: "push-label" });
  const zero = make("button", { type: "button", class: "link" });
  const sentence = make("p", { class: "push-sentence" });
  const note = make("p", { class: "muted" });
  const wrong = make("p", { class: "muted", hidden: true });
  const effects = make("details", {}, make("summary", {}), make("ul", {}));
  const large = createLarge(place, t);
  const which = make("select", { id: "push-element" });
  const whichLabel = make("label", { for: "push-element" });
  const element = make("p", { class: "descent-tools" }, whichLabel, which);
  const descent = createDescent(app, elements);
  root.append(heading, element, large.home, make("div", { class: "push-tools" }, label, field, slider), make("p", { class: "push-links" }, zero, large.button), wrong, sentence, note, effects, descent.element, large.dialog);
  field.id = "push-delta";
  label.htmlFor = field.id;

  const { plot, ask: askCurve } = createPushCurve(app, place, { pushed, answer: () => answer, ratio: (width) => large.ratio(0.62, width) });
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
    const current = store.get("program") === known;
    if (at && current) askCurve(at);
    const given = readPush(store.get("nudge"));
    if (given && current && app.graph && !app.graph.error && app.mode !== "quiz" && pushed.fits(given)) void askPush.ask(given);
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
    const [node, at] = [pushed.node(), target()];
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
    large.render();
    wrong.hidden = at.broken === null;
    wrong.textContent = at.broken ? t("The dashed line is the gradient by the broken rule: {slope}.", { slope: at.broken.text }) : "";
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
    pushed.choose({ id: at.id, index });
    if (readPush(store.get("nudge"))?.id === at.id) store.set({ nudge: null });
    request();
  }

  slider.addEventListener("input", () => push(slider.valueAsNumber));
  field.addEventListener("input", () => Number.isFinite(field.valueAsNumber) && push(field.valueAsNumber));
  zero.addEventListener("click", () => {
    push(0);
    slider.focus();
  });
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
    const node = pushed.node();
    if (answer && node && pushed.nodeOf(answer.id)?.id === node.id) choose(answer.index);
  });

  store.subscribe(["selected", "nudge", "labels"], request);
  store.subscribe(["lang"], request);
  // A walk shows its numbers first.
  store.subscribe(["step"], () => setTimeout(render, 250));
  store.subscribe(["program"], () => store.set({ nudge: null }, { history: "replace" }));
  app.on("graph", () => {
    known = store.get("program");
    elements.forget();
    const given = readPush(store.get("nudge"));
    // Another program, or another shape, may lack what a link pushes.
    if (given && app.graph && !app.graph.error && !pushed.fits(given)) store.set({ nudge: null }, { history: "replace" });
    request();
  });
  app.on("values", renew);
  app.on("picture", render);
}

/** @param {App} app */
export const mount = (app) => mountPush(app, byId("push"));
