/** The quiz: boxes on the picture to type numbers into, hints in three stages, a score. */

import { ApiProblem, isAbort } from "./api.js";
import { findBlanks } from "./blanks.js";
import { make, makeSvg, morph } from "./element.js";
import { formulaElement, withoutResult } from "./formula.js";
import { isRight, nameMistake, newAnswer, readAnswer, score, TOLERANCE } from "./quiz-score.js";

/** @typedef {import("./types.js").App} App */
/** @typedef {import("./types.js").Values} Values */
/** @typedef {import("./types.js").Catalogue} Catalogue */
/** @typedef {import("./panel-types.js").Explanation} Explanation */
/** @typedef {import("./blanks.js").Blank} Blank */
/** @typedef {import("./quiz-score.js").Answer} Answer */
/** @typedef {{blank: Blank, cell: HTMLElement, input: HTMLInputElement}} Box */

const STAGES = 3;

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  const root = /** @type {HTMLElement} */ (document.getElementById("quiz"));
  /** @type {Values | null} */
  let values = null;
  /** @type {Catalogue | null} */
  let catalogue = null;
  /** @type {Map<string, Answer>} */
  let answers = new Map();
  /** @type {Box[]} */
  let boxes = [];
  /** @type {Box | null} the box that the panel speaks of */
  let current = null;
  /** What was said of the last answer. */
  let verdict = "";
  /** @type {Map<string, Explanation>} by what is asked, for the numbers that stand */
  let explanations = new Map();
  /** The program that the answers belong to. */
  let program = "";

  const active = () => store.get("labels") === "blanks";

  /** @param {Blank} blank @returns {Answer} */
  function answerOf({ key }) {
    const answer = answers.get(key) ?? newAnswer();
    answers.set(key, answer);
    return answer;
  }

  const isOpen = (/** @type {Blank} */ blank) => ["open", "wrong"].includes(answerOf(blank).state);

  /** @param {unknown} error */
  function forgive(error) {
    if (!isAbort(error) && !(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
  }

  // The boxes on the picture

  /** @param {string} id */
  function nameOf(id) {
    if (id === "@output") return t("result");
    const node = app.graph?.nodes.find((node) => node.id === id);
    return node && node.name === null ? node.symbol : id;
  }

  /** @param {Blank} blank */
  function question({ kind, source, target }) {
    const names = { source: nameOf(source), target: nameOf(target) };
    return kind === "value"
      ? t("Value on {source} → {target}", names)
      : t("Gradient on {source} ← {target}", names);
  }

  function build() {
    const { svg } = app.view;
    const { graph } = app;
    const focused = boxes.find(({ input }) => input === document.activeElement)?.blank;
    const typed = new Map(boxes.map(({ blank, input }) => [`${blank.edge} ${blank.kind}`, input.value]));
    svg?.querySelector(".blanks")?.remove();
    boxes = [];
    if (!active() || !svg || !graph || !values || values.structure !== graph.structure) return renderPanel();
    const edges = [...svg.querySelectorAll(".edges > [data-id]")];
    const rectOf = (/** @type {Element} */ edge, /** @type {string} */ kind) => edge.querySelector(`.${kind}-box`);
    const drawn = edges.map((edge) => ({
      id: edge.getAttribute("data-id") ?? "",
      source: edge.getAttribute("data-source") ?? "",
      target: edge.getAttribute("data-target") ?? "",
      value: rectOf(edge, "value") !== null,
      grad: rectOf(edge, "grad") !== null,
    }));
    const byId = new Map(drawn.map(({ id }, i) => [id, edges[i]]));
    const layer = makeSvg("g", { class: "blanks" });
    for (const blank of findBlanks(graph, values, drawn)) {
      const edge = byId.get(blank.edge);
      const rect = edge && rectOf(edge, blank.kind);
      if (!rect) continue;
      const box = makeBox(blank);
      box.input.value = typed.get(`${blank.edge} ${blank.kind}`) ?? "";
      const place = Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, rect.getAttribute(name)]));
      layer.append(makeSvg("foreignObject", place, box.cell));
      boxes.push(box);
      showBox(box);
    }
    const keys = new Set(boxes.map(({ blank }) => blank.key));
    answers = new Map([...answers].filter(([key]) => keys.has(key)));
    (svg.querySelector(".viewport") ?? svg).append(layer);
    const again = focused && boxes.find(({ blank }) => blank.key === focused.key && blank.edge === focused.edge);
    current = again ?? boxes.find(({ blank }) => blank.key === current?.blank.key) ?? null;
    // The picture gives the focus back to its own parts first.
    if (again) queueMicrotask(() => again.input.focus({ preventScroll: true }));
    renderPanel();
  }

  /** @param {Blank} blank @returns {Box} */
  function makeBox(blank) {
    const input = make("input", {
      type: "text",
      class: `blank-input ${blank.kind}`,
      inputmode: "text",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
      "aria-label": question(blank),
    });
    const cell = make("div", { class: "blank-cell" }, input, make("span", { class: "sign", "aria-hidden": "true" }));
    const box = { blank, cell, input };
    // The picture under a box must not pan, select or walk while something is typed into it.
    for (const name of ["pointerdown", "mousedown", "touchstart", "click", "dblclick"]) {
      cell.addEventListener(name, (event) => event.stopPropagation());
    }
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" && !event.isComposing) {
        event.preventDefault();
        judge(box);
        if (!isOpen(box.blank)) next(box);
      } else if (event.key === "Escape") input.blur();
    });
    input.addEventListener("change", () => judge(box));
    input.addEventListener("focus", () => {
      if (current !== box) verdict = "";
      current = box;
      app.view.mark("asked", [blank.edge]);
      app.view.reveal(blank.edge);
      renderPanel();
    });
    input.addEventListener("blur", () => app.view.mark("asked", []));
    return box;
  }

  /** @param {Box} box */
  function showBox({ blank, cell, input }) {
    const { state } = answerOf(blank);
    const done = state === "found" || state === "shown";
    cell.className = `blank-cell ${state}`;
    if (done) input.value = blank.text;
    input.readOnly = done;
    if (state === "wrong") input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    const sign = cell.querySelector(".sign");
    if (sign) sign.textContent = state === "wrong" ? "✗" : "";
  }

  /** Goes on to the next blank that is not filled in. @param {Box} box */
  function next(box) {
    const at = boxes.indexOf(box);
    const following = [...boxes.slice(at + 1), ...boxes.slice(0, at)].find(({ blank }) => isOpen(blank));
    if (!following) return;
    const said = verdict;
    following.input.focus();
    verdict = said;
    renderPanel();
  }

  // Judging

  /** @param {Box} box */
  function judge(box) {
    const { blank, input } = box;
    const answer = answerOf(blank);
    const text = input.value.trim();
    if (!isOpen(blank)) return;
    if (text === "") {
      answer.state = "open";
      verdict = "";
      showBox(box);
      return renderPanel();
    }
    const typed = readAnswer(text);
    if (typed === undefined) {
      answer.state = "wrong";
      say(t("That is no number."));
    } else if (isRight(typed, blank.right, blank.text)) {
      answer.state = "found";
      say(t("Right: {number}.", { number: blank.text }));
    } else {
      answer.state = "wrong";
      answer.tries += 1;
      say(comment(typed, blank));
    }
    for (const other of boxes) if (other.blank.key === blank.key) showBox(other);
    renderPanel();
    celebrate();
  }

  /** @param {number} typed @param {Blank} blank */
  function comment(typed, { right, made }) {
    switch (nameMistake(typed, right, made)) {
      case "upstream_forgotten":
        return t("That is the local derivative alone. Multiply it by the upstream gradient.");
      case "not_swapped":
        return t("That is the upstream gradient times this edge's own value. A multiplication takes the other one.");
      case "sign_forgotten":
        return t("Only the sign is wrong.");
      case "not_summed":
        return t("That takes one way only. The gradients of all ways out of the node are added first.");
      default:
        return t("Not yet.");
    }
  }

  /** @param {string} text */
  function say(text) {
    verdict = text;
    app.announce(text);
  }

  function celebrate() {
    const { total, found, shown } = score(answers.values());
    if (total > 0 && found + shown === total) say(t("All {n} blanks are filled in.", { n: total }));
    renderPanel();
  }

  // Hints

  async function hint() {
    const box = current;
    if (!box || !isOpen(box.blank)) return;
    const answer = answerOf(box.blank);
    if (answer.hints >= STAGES) {
      answer.state = "shown";
      for (const other of boxes) if (other.blank.key === box.blank.key) showBox(other);
      say(t("It is {number}.", { number: box.blank.text }));
      return celebrate();
    }
    answer.hints += 1;
    await explain(box.blank.asks);
    renderPanel();
    app.announce(root.querySelector(".hints li:last-child")?.textContent ?? "");
    box.input.focus({ preventScroll: true });
  }

  /** @param {string} id */
  async function explain(id) {
    if (explanations.has(id)) return;
    const into = explanations;
    try {
      const answer = await app.api.post("/graphs/explain", { ...app.api.body(), id, lang: store.get("lang") });
      into.set(id, /** @type {Explanation} */ (answer));
    } catch (error) {
      forgive(error);
    }
  }

  /** The op that the rule of a blank belongs to. @param {Blank} blank */
  function ruleOf({ kind, source, target }) {
    const id = kind === "value" ? source : target;
    const group = app.graph?.groups.find((group) => group.id === id);
    const node = app.graph?.nodes.find((node) => node.id === id);
    const op = catalogue?.ops.find(({ name }) => name === node?.op);
    const composite = group && catalogue?.composites.find(({ name }) => name === group.op);
    const lang = store.get("lang");
    return {
      title: op?.title[lang] ?? composite?.title[lang] ?? group?.name ?? "",
      sentence: (kind === "value" ? op?.forward?.[lang] : (op?.rule[lang] ?? composite?.rule?.[lang])) ?? "",
    };
  }

  /** @param {Blank} blank */
  function hints(blank) {
    const taken = answerOf(blank).hints;
    const { title, sentence } = ruleOf(blank);
    const formula = explanations.get(blank.asks)?.formula;
    return [
      make(
        "li",
        { "data-key": "rule" },
        make("strong", {}, blank.kind === "value" ? t("Forward: {rule}", { rule: title }) : t("Backward: {rule}", { rule: title })),
        sentence && ` ${sentence}`,
      ),
      make("li", { "data-key": "symbols" }, formula ? formulaElement(formula.symbols) : t("No formula for this one.")),
      make("li", { "data-key": "numbers" }, formula ? withoutResult(formulaElement(formula.numbers)) : t("No formula for this one.")),
    ].slice(0, taken);
  }

  // The panel

  /** On a phone the panel is far from the picture: what matters most stands beneath the picture too. */
  const line = make("div", { class: "quiz-line" });
  document.getElementById("stepper")?.before(line);

  function renderLine() {
    const blank = current?.blank;
    const taken = blank ? answerOf(blank).hints : 0;
    const open = blank !== undefined && isOpen(blank);
    const { total, found } = score(unique());
    line.hidden = !active();
    morph(
      line,
      make(
        "div",
        { class: "quiz-line", hidden: !active() },
        make("p", {}, make("strong", {}, t("{found} of {total}", { found, total })), " ", verdict || (blank ? question(blank) : t("Type each number into its box, values first. Enter checks it."))),
        make("button", { type: "button", class: "boxed", "data-action": "hint", disabled: !open }, hintName(taken)),
        blank && taken > 0 && make("ol", { class: "hints" }, hints(blank).at(-1)),
      ),
    );
  }

  /** @param {number} taken */
  const hintName = (taken) =>
    taken < STAGES ? t("Hint {k} of {n}", { k: taken + 1, n: STAGES }) : t("Show the number");

  function renderPanel() {
    renderLine();
    const { total, found, clean } = score(unique());
    const blank = current?.blank;
    const taken = blank ? answerOf(blank).hints : 0;
    const canHelp = blank !== undefined && isOpen(blank);
    const fresh = make(
      "section",
      {},
      make(
        "div",
        { class: "score" },
        make("strong", {}, t("{found} of {total}", { found, total })),
        make("progress", { max: Math.max(1, total), value: found, "aria-label": t("Blanks filled in") }),
        make("span", { class: "muted" }, t("{clean} at the first try", { clean })),
      ),
      blank &&
        make(
          "div",
          { class: "asked" },
          make("h3", { class: blank.kind === "value" ? "forward" : "backward" }, question(blank)),
          make("p", { class: "verdict-line" }, verdict || (canHelp ? t("Type the number, then Enter.") : "")),
          taken > 0 && make("ol", { class: "hints" }, hints(blank)),
        ),
      !blank && total > 0 && make("p", {}, t("Type each number into its box, values first. Enter checks it.")),
      make(
        "div",
        { class: "quiz-buttons" },
        make(
          "button",
          { type: "button", class: "boxed", "data-action": "hint", disabled: !canHelp },
          hintName(taken),
        ),
        make("button", { type: "button", class: "boxed", "data-action": "reset", disabled: total === 0 }, t("Start again")),
      ),
      make(
        "p",
        { class: "muted" },
        t("An answer may be {percent} % off. Fractions such as 1/3 are read too.", { percent: TOLERANCE * 100 }),
      ),
    );
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
  }

  const unique = () => [...new Set(boxes.map(({ blank }) => blank.key))].map((key) => answers.get(key) ?? newAnswer());

  function reset() {
    answers = new Map();
    verdict = "";
    for (const box of boxes) {
      box.input.value = "";
      showBox(box);
    }
    current = null;
    renderPanel();
    boxes[0]?.input.focus();
  }

  for (const place of [root, line]) {
    place.addEventListener("click", ({ target }) => {
      const action = target instanceof Element && target.closest("button")?.getAttribute("data-action");
      if (action === "hint") hint().catch(forgive);
      if (action === "reset") reset();
    });
  }

  async function refresh() {
    if (!active() || !app.graph || app.graph.error) return build();
    if (program !== store.get("program")) {
      program = store.get("program");
      answers = new Map();
      current = null;
      verdict = "";
    }
    try {
      values = await app.api.post("/graphs/values", app.api.body());
      explanations = new Map();
    } catch (error) {
      return forgive(error);
    }
    build();
  }

  app.api.ops().then((answer) => {
    catalogue = answer;
    renderPanel();
  }, forgive);
  store.subscribe(["labels", "lang"], refresh);
  app.on("graph", refresh);
  app.on("picture", build);
  app.on("values", (fresh) => {
    values = fresh;
    explanations = new Map();
    // Another input makes another question: what was wrong may be right now.
    for (const answer of answers.values()) if (answer.state === "wrong") answer.state = "open";
    if (active()) build();
  });
  renderPanel();
}
