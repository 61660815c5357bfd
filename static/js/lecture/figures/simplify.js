/** The simplification of an opened layer's gradient, line by line. */

import { make } from "../../kit/element.js";
import { formulaElement, reachByKeys } from "../../kit/formula.js";

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const { app } = await lesson.figure(figure.figure ?? "");
  const group = app.graph?.groups[0];
  if (!group) throw new Error("the graph has no layer to open");
  // The graph's own inspector asks too: neither ends the other's call.
  const ask = () => app.api.explain(group.id, "simplify");
  let explanation = await ask();
  /** @type {import("../../kit/types.js").Formula[]} */
  const lines = explanation.derivation;
  let shown = 1;

  const list = make("ol", { class: "derivation-lines" });
  const next = make("button", { type: "button", class: "boxed" });
  const all = make("button", { type: "button", class: "boxed" }, t("All lines"));
  const rule = make("p", { class: "derivation-said" });
  host.append(list, make("div", { class: "derivation-buttons" }, next, all), rule);

  function show() {
    list.replaceChildren(...lines.slice(0, shown).map((line, k) => make("li", { class: k === shown - 1 ? "newest" : null }, displayed(line))));
    for (const line of list.children) reachByKeys(line);
    const done = shown >= lines.length;
    next.textContent = done ? t("From the start") : t("Next line");
    all.hidden = done;
    rule.textContent = done ? explanation.rule : t("Line {k} of {n}", { k: shown, n: lines.length });
  }
  next.addEventListener("click", () => {
    shown = shown >= lines.length ? 1 : shown + 1;
    show();
    announce(list.lastElementChild?.textContent ?? "");
  });
  all.addEventListener("click", () => {
    shown = lines.length;
    show();
    next.focus();
  });
  let timer = 0;
  app.on("values", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      explanation = await ask().catch(() => explanation);
      show();
    }, 150);
  });
  show();
}

/** Create a formula with fractions in display size. @param {import("../../kit/types.js").Formula} line */
function displayed(line) {
  const formula = formulaElement(line);
  formula.setAttribute("displaystyle", "true");
  return formula;
}
