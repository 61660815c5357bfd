/** "Break a rule": replaces backward rules by known mistakes, and marks what becomes wrong. */

import { make, morph } from "../kit/element.js";
import { ignoreFailedCall, isAbort, isFailedCall } from "../kit/http.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Catalogue} Catalogue */
/** @typedef {import("../figure/answers.js").Gradcheck} Gradcheck */

/** Mistakes at a fan-out: gradients of branches, or of broadcast copies, not summed. */
const NOT_SUMMED = "fan_out.not_summed";
const COPIES_NOT_SUMMED = "fan_out.copies_not_summed";

/** Return the op, or `fan_out`, that a mistake belongs to. @param {string} mistake */
const kindOf = (mistake) => mistake.slice(0, mistake.indexOf("."));

/**
 * Return the mistakes that are possible in a graph, by op, in the catalogue's order.
 * @param {Catalogue} catalogue
 * @param {import("../figure/answers.js").Graph} graph
 */
export function possibleMistakes({ ops, mistakes }, graph) {
  const present = new Set(graph.nodes.map(({ op }) => op));
  /** @type {Map<string, number>} */
  const uses = new Map();
  for (const { source, grad } of graph.edges) if (grad !== null) uses.set(source, (uses.get(source) ?? 0) + 1);
  const fansOut = [...uses.values()].some((count) => count > 1);
  const elementwise = new Set(ops.filter(({ partials }) => partials.length > 0).map(({ name }) => name));
  const shapes = new Map(graph.nodes.map(({ id, shape }) => [id, String(shape ?? "")]));
  const copies = graph.nodes.some(
    ({ op, shape, inputs }) => op !== null && elementwise.has(op) && inputs.some((id) => shapes.get(id) !== String(shape ?? "")),
  );
  const atBranches = mistakes.filter(({ name }) => (fansOut && name === NOT_SUMMED) || (copies && name === COPIES_NOT_SUMMED));
  return [
    ...ops
      .filter(({ name }) => present.has(name))
      .map(({ symbol, title, mistakes }) => ({ symbol, title, mistakes })),
    ...(atBranches.length > 0 ? [{ symbol: "⑂", title: null, mistakes: atBranches }] : []),
  ];
}

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  const root = /** @type {HTMLElement} */ (document.getElementById("mistakes"));
  const banner = /** @type {HTMLElement} */ (document.getElementById("banner"));
  /** @type {Catalogue | null} */
  let catalogue = null;
  /** @type {Gradcheck | null} */
  let check = null;

  const broken = () => store.get("mistakes");

  /** @param {string} mistake */
  function toggle(mistake) {
    const on = broken();
    // An op has only one rule at a time.
    const others = on.filter((other) => kindOf(other) !== kindOf(mistake));
    app.edit({ mistakes: on.includes(mistake) ? others : [...others, mistake] });
    app.announce(broken().length > 0 ? t("A backward rule is broken.") : t("All rules are correct again."));
  }

  function restore() {
    app.edit({ mistakes: [] });
    app.announce(t("All rules are correct again."));
  }

  async function refreshCheck() {
    if (broken().length === 0 || !app.graph || app.graph.error) {
      check = null;
      return render();
    }
    try {
      const answer = /** @type {Gradcheck} */ (await app.api.gradcheck());
      // The rules may be right again when it comes.
      check = broken().length > 0 ? answer : null;
    } catch (error) {
      if (isAbort(error)) return;
      if (!isFailedCall(error)) throw error;
      check = null;
    }
    render();
  }

  /** @param {string} name */
  function titleOf(name) {
    const lang = store.get("lang");
    const op = catalogue?.ops.find((op) => op.name === kindOf(name));
    const all = [...(op?.mistakes ?? []), ...(catalogue?.mistakes ?? [])];
    const own = all.find((mistake) => mistake.name === name)?.title[lang] ?? name;
    return op ? `${op.title[lang]}: ${own}` : own;
  }

  function switches() {
    const { graph } = app;
    if (!catalogue || !graph) return null;
    const lang = store.get("lang");
    return possibleMistakes(catalogue, graph).map(({ symbol, title, mistakes }) =>
      make(
        "fieldset",
        { class: "breakable" },
        make("legend", {}, make("span", { class: "op-symbol", "aria-hidden": "true" }, symbol), title?.[lang] ?? t("fan-out")),
        mistakes.map(({ name, title }) =>
          make(
            "button",
            {
              type: "button",
              class: "switch",
              role: "switch",
              "aria-checked": String(broken().includes(name)),
              "data-mistake": name,
            },
            make("span", { class: "track", "aria-hidden": "true" }),
            make("span", {}, title[lang]),
          ),
        ),
      ),
    );
  }

  function checkTable() {
    if (!check) return null;
    return make(
      "div",
      { class: "gradcheck" },
      make("h3", {}, t("Numerical check")),
      make(
        "table",
        { class: "sums" },
        make(
          "thead",
          {},
          make(
            "tr",
            {},
            make("th", { scope: "col" }, t("Input")),
            make("th", { scope: "col" }, t("Broken backprop")),
            make("th", { scope: "col" }, t("Numerical")),
            make("th", { scope: "col" }, make("span", { class: "visually-hidden" }, t("Verdict"))),
          ),
        ),
        make(
          "tbody",
          {},
          check.inputs.map(({ id, ok, backprop_text, numerical_text, kink }) =>
            make(
              "tr",
              { "data-key": id, class: ok ? "" : "failing" },
              make("th", { scope: "row" }, make("button", { type: "button", class: "link", "data-select": id }, id)),
              make("td", { class: "backward" }, backprop_text),
              make("td", {}, numerical_text, kink && make("span", { class: "at-kink-note" }, t("at a kink: between {left} and {right}", { left: kink.left_text, right: kink.right_text }))),
              make(
                "td",
                { class: "sign" },
                make("span", { "aria-hidden": "true" }, ok ? "✓" : "✗"),
                make("span", { class: "visually-hidden" }, ok ? t("agree") : t("differ")),
              ),
            ),
          ),
        ),
      ),
    );
  }

  function render() {
    const fresh = make(
      "section",
      {},
      make("p", { class: "muted" }, t("Replaces a backward rule with a known mistake. Gradients that become wrong are marked on the graph.")),
      switches(),
      checkTable(),
    );
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
    renderBanner();
  }

  function renderBanner() {
    const on = broken();
    banner.hidden = on.length === 0;
    banner.setAttribute("role", "status");
    banner.classList.add("broken");
    banner.replaceChildren();
    if (on.length === 0) return;
    banner.append(
      make("span", { class: "sign", "aria-hidden": "true" }, "✗"),
      make("span", {}, make("strong", {}, t("A backward rule is broken.")), " ", on.map(titleOf).join(" · ")),
      make("button", { type: "button", class: "boxed", "data-action": "restore" }, t("Restore")),
    );
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const mistake = button?.getAttribute("data-mistake");
    const id = button?.getAttribute("data-select");
    if (mistake) toggle(mistake);
    if (id) app.select(id);
  });
  banner.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-action=restore]")) restore();
  });
  store.subscribe(["mistakes"], () => {
    // A link may name a mistake: then its switches must be visible.
    if (broken().length > 0) root.closest("details")?.setAttribute("open", "");
    render();
    refreshCheck();
  });
  store.subscribe(["lang"], render);
  app.on("graph", () => {
    render();
    refreshCheck();
  });
  app.accompany({
    seen: () => check !== null,
    async ask() {
      if (broken().length === 0) return () => {};
      const answer = /** @type {Gradcheck} */ (await app.api.gradcheck());
      return () => {
        check = broken().length > 0 ? answer : null;
        render();
      };
    },
    late: (late) => root.classList.toggle("late", late),
  });
  app.api.ops().then((answer) => {
    catalogue = answer;
    render();
  }, ignoreFailedCall);
  if (broken().length > 0) root.closest("details")?.setAttribute("open", "");
  render();
}
