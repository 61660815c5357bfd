/** The inspector: where the numbers of the selected node, edge or layer come from. */

import { isPart } from "../figure/fitting.js";
import { edgeLight, pathLight } from "../figure/picture/path-lights.js";
import { make, morph } from "../kit/element.js";
import { fitFormulas, makeWalkable } from "../kit/formula.js";
import { ApiProblem, isAbort, isFailedCall } from "../kit/http.js";
import { explanationView } from "./explanation-view.js";
import { chosen } from "./kinks/choice.js";
import { createElsewhere } from "./kinks/elsewhere.js";
import { createTensorPanel } from "./tensor/panel.js";
import { subjectOf } from "./tensor/subject.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Explanation} Explanation */

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountInspector(app, root) {
  const { store, t } = app;
  /** @type {Explanation | null} */
  let explanation = null;
  /** The selection that it explains. @type {string | null} */
  let explained = null;
  const tensor = createTensorPanel(app);
  /** The panel of a pushed value, on the workbench. */
  const push = root.parentElement?.querySelector("#push");
  /** Panels of other engines' answers, by kink. @type {Map<string, ReturnType<typeof createElsewhere>>} */
  const elsewhere = new Map();

  /** Return the tensors to show beside the explanation; null for plain numbers. */
  const subject = () => (explanation && app.graph && app.mode !== "quiz" ? subjectOf(app.graph, explanation.id) : null);

  /**
   * @param {string} id
   * @param {import("../figure/answers.js").Values} values
   */
  function numbersOf(id, values) {
    const { graph } = app;
    if (!graph) return null;
    const output = graph.groups.find((group) => group.id === id)?.output;
    const node = graph.nodes.findIndex((node) => node.id === (output ?? id));
    const edge = graph.edges.findIndex((edge) => edge.id === id);
    const source = graph.nodes.findIndex(({ id }) => id === graph.edges[edge]?.source);
    if (node < 0 && edge < 0) return null;
    return {
      value_text: values.value_texts[node >= 0 ? node : source] ?? null,
      grad_text: (node >= 0 ? values.grad_texts[node] : values.edge_grad_texts[edge]) ?? null,
    };
  }

  async function refresh() {
    const id = store.get("selected");
    if (id === null || !app.graph || !isPart(id, app.graph)) {
      explanation = explained = null;
      tensor.open(null);
      return render();
    }
    try {
      const answer = /** @type {Explanation} */ (await app.api.explain(id));
      if (store.get("selected") !== id) return;
      explanation = answer;
      explained = id;
      showLate(false);
      queueMicrotask(() => tensor.open(subject()));
    } catch (error) {
      if (isAbort(error)) return;
      if (!isFailedCall(error)) throw error;
      // The program has lost the node, or has an error that the editor shows.
      if (error instanceof ApiProblem) explanation = explained = null;
    }
    render();
  }

  /** Ask for the explanation of the selection with the numbers as they are now. */
  async function fetchAgain() {
    const id = store.get("selected");
    if (id === null) return () => {};
    if (id !== explained) {
      // The selection is new: what comes for it would have the numbers of before.
      await refresh();
      return () => {};
    }
    const [answer, showTensor] = await Promise.all([app.api.explain(id), tensor.fetchAgain()]);
    return () => {
      if (store.get("selected") !== id || explained !== id) return;
      explanation = answer;
      showTensor();
      render();
    };
  }

  /** Whether the sections explain older numbers than the picture shows: then they are dim, and claim nothing. @param {boolean} late */
  function showLate(late) {
    root.classList.toggle("late", late && explanation !== null);
    root.setAttribute("aria-busy", String(late && explanation !== null));
  }

  function prompt() {
    return make(
      "p",
      { class: "muted prompt" },
      t("Select a node, an edge or a layer of the graph to see where its numbers come from."),
    );
  }

  function render() {
    const content =
      app.mode === "quiz"
        ? [make("p", { class: "muted prompt" }, t("The inspector knows the answers: it stays closed while you fill in the blanks."))]
        : explanation
          ? explanationView(app, explanation, subject() !== null)
          : [prompt()];
    const fresh = make("section", {}, ...content);
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    makeWalkable(fresh, root);
    morph(root, fresh);
    const pushSlot = root.querySelector(".push-slot");
    if (push && pushSlot && push.parentElement !== pushSlot) pushSlot.replaceChildren(push);
    const place = root.querySelector(".tensor-slot");
    if (place && tensor.element.parentElement !== place) place.replaceChildren(tensor.element);
    for (const slot of root.querySelectorAll(".elsewhere-slot")) {
      const id = slot.getAttribute("data-key") ?? "";
      const panel = elsewhere.get(id) ?? createElsewhere(app, id);
      elsewhere.set(id, panel);
      panel.showMet(explanation?.kinks?.filter((kink) => kink.elsewhere === id) ?? []);
      if (panel.element.parentElement !== slot) slot.replaceChildren(panel.element);
    }
    fit();
    light(root.querySelector("[data-light]:hover, [data-light]:focus"));
  }

  const fit = () => fitFormulas(root.querySelectorAll(".formula"));

  let lit = false;

  /** Light a path, or one edge, on the graph. @param {Element | null} row */
  function light(row) {
    if (store.get("step") !== null) return;
    const ids = row?.getAttribute("data-light");
    if (!ids) {
      if (lit) app.view.light(null);
      lit = false;
      return;
    }
    lit = true;
    app.view.light(ids.includes("->") ? edgeLight(app.view, ids) : pathLight(app, ids.split(" ")));
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const id = button?.getAttribute("data-select");
    if (id) app.select(id);
    const convention = button?.getAttribute("data-convention");
    if (button && convention) {
      app.edit({ conventions: chosen(store.get("conventions"), { name: convention, default: button.hasAttribute("data-usual") }) });
      app.announce(t("Convention: {name}", { name: button.textContent ?? "" }));
    }
    switch (button?.getAttribute("data-action")) {
      case "clear":
        app.select(null);
        break;
      case "toggle":
        if (explanation) app.toggleGroup(explanation.id);
    }
  });
  const follow = (/** @type {Event} */ { target }) =>
    light(target instanceof Element ? target.closest("[data-light]") : null);
  root.addEventListener("pointerover", follow);
  root.addEventListener("focusin", follow);
  root.addEventListener("pointerleave", () => light(root.querySelector("[data-light]:focus-within")));
  root.addEventListener("focusout", () => light(root.querySelector("[data-light]:hover")));

  // What is told of a value goes by the layers that are open.
  store.subscribe(["selected", "lang", "open"], refresh);
  // The projector's theme has larger letters.
  store.subscribe(["theme"], () => requestAnimationFrame(fit));
  store.subscribe(["lang"], tensor.translate);
  store.subscribe(["lang"], () => [...elsewhere.values()].forEach(({ translate }) => translate()));
  store.subscribe(["open", "labels"], render);
  app.on("graph", refresh);
  app.on("values", (values) => {
    // The two numbers follow at once, even where the explanation takes longer.
    const now = explanation && numbersOf(explanation.id, values);
    if (explanation && now) {
      explanation = { ...explanation, ...now };
      for (const [kind, text] of [["forward", now.value_text], ["backward", now.grad_text]]) {
        const shown = root.querySelector(`.numbers .${kind} dd`);
        if (shown) shown.textContent = text ?? "—";
      }
    }
  });
  app.accompany({ seen: () => explanation !== null && app.mode !== "quiz", ask: fetchAgain, late: showLate });
  render();
}

/** @param {App} app */
export const mount = (app) => mountInspector(app, /** @type {HTMLElement} */ (document.getElementById("inspector")));
