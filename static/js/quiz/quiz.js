/** The quiz: numbers of the picture are blank and typed in, checked at once, with hints and a score. */

import { ApiProblem, isAbort } from "../kit/http.js";
import { make, morph } from "../kit/element.js";
import { placeBoxes, removeBoxes, showBox } from "./boxes.js";
import { createHints, STAGES } from "./hints.js";
import { quizLine, quizPanel } from "./panel.js";
import { isRight, nameMistake, newAnswer, readAnswer, score, SIGN } from "./score.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Values} Values */
/** @typedef {import("./blanks.js").Blank} Blank */
/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./score.js").Answer} Answer */

/**
 * @param {App} app
 * @param {HTMLElement} root where the question, its hints and the score stand
 * @param {HTMLElement} stepper what the line with the score stands before
 */
export function mountQuiz(app, root, stepper) {
  const { store, t } = app;
  const line = make("div", { class: "quiz-line" });
  stepper.before(line);
  const hints = createHints(app);
  /** @type {Values | null} the right numbers, even while a rule is broken */
  let values = null;
  /** @type {Map<string, Answer>} by the blanks' keys */
  let answers = new Map();
  /** @type {Box[]} */
  let boxes = [];
  /** @type {Box | null} the box that the panel speaks of */
  let current = null;
  /** What was said of the last answer. */
  let verdict = "";
  /** What is told of known mistakes. @type {import("../figure/answers.js").Catalogue | null} */
  let catalogue = null;
  /** The program that the answers belong to. */
  let program = "";

  const active = () => store.get("labels") === "blanks";

  /** @param {Blank} blank @returns {Answer} */
  function answerOf({ key }) {
    const answer = answers.get(key) ?? newAnswer();
    answers.set(key, answer);
    return answer;
  }

  /** The answers to the blanks on the picture; one closed away with its layer is kept and not counted. */
  const standing = () => [...new Set(boxes.map(({ blank }) => blank.key))].map((key) => answers.get(key) ?? newAnswer());

  const isOpen = (/** @type {Blank} */ blank) => ["open", "wrong"].includes(answerOf(blank).state);

  /** @param {unknown} error */
  function forgive(error) {
    if (!isAbort(error) && !(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
  }

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

  function render() {
    const blank = current?.blank;
    const taken = blank ? answerOf(blank).hints : 0;
    const shown = {
      score: score(standing()),
      asked: blank
        ? { question: question(blank), kind: blank.kind, open: isOpen(blank), taken, hints: hints.items(blank, taken) }
        : null,
      verdict,
    };
    morph(line, make("div", { class: "quiz-line", hidden: !active() }, ...quizLine(t, shown)));
    const fresh = make("section", {}, ...quizPanel(t, shown));
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
  }

  /** @param {Blank} blank the same value may stand in several boxes */
  function showAnswer(blank) {
    for (const box of boxes) if (box.blank.key === blank.key) showBox(box, answerOf(blank));
  }

  /** Puts the boxes on the picture that stands; what was typed and where the focus was stays. */
  function build() {
    const { svg } = app.view;
    const { graph } = app;
    const place = (/** @type {Blank} */ { edge, kind }) => `${edge} ${kind}`;
    const focused = boxes.find(({ input }) => input === document.activeElement)?.blank;
    const typed = new Map(boxes.map(({ blank, input }) => [place(blank), input.value]));
    removeBoxes(svg);
    boxes = [];
    if (active() && svg && graph && values?.structure === graph.structure) {
      boxes = placeBoxes(svg, graph, values, { name: question, onAnswer, onFocus, onBlur: () => app.view.mark("asked", []) });
    }
    for (const box of boxes) {
      box.input.value = typed.get(place(box.blank)) ?? "";
      showBox(box, answerOf(box.blank));
    }
    const again = focused && boxes.find(({ blank }) => place(blank) === place(focused));
    current = again ?? boxes.find(({ blank }) => blank.key === current?.blank.key) ?? null;
    // The picture gives the focus back to its own parts first.
    if (again) queueMicrotask(() => again.input.focus({ preventScroll: true }));
    render();
  }

  /** @param {Box} box */
  function onFocus(box) {
    if (current !== box) verdict = "";
    current = box;
    app.view.mark("asked", [box.blank.edge]);
    app.view.reveal(box.blank.edge);
    render();
  }

  /** @param {Box} box @param {boolean} entered */
  function onAnswer(box, entered) {
    judge(box);
    if (entered && !isOpen(box.blank)) next(box);
  }

  /** Goes on to the next blank that is not filled in. @param {Box} box */
  function next(box) {
    const at = boxes.indexOf(box);
    const following = [...boxes.slice(at + 1), ...boxes.slice(0, at)].find(({ blank }) => isOpen(blank));
    if (!following) return;
    const said = verdict;
    following.input.focus();
    verdict = said;
    render();
  }

  /** @param {Box} box */
  function judge({ blank, input }) {
    const answer = answerOf(blank);
    const text = input.value.trim();
    if (!isOpen(blank)) return;
    const typed = readAnswer(text);
    if (text === "") {
      answer.state = "open";
      verdict = "";
    } else if (typed === undefined) {
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
    showAnswer(blank);
    finish();
  }

  /** @param {number} typed @param {Blank} blank */
  function comment(typed, { right, made }) {
    const mistake = nameMistake(typed, right, made);
    if (mistake === SIGN) return t("Only the sign is wrong.");
    const all = [...(catalogue?.ops.flatMap(({ mistakes }) => mistakes) ?? []), ...(catalogue?.mistakes ?? [])];
    return all.find(({ name }) => name === mistake)?.advice[store.get("lang")] ?? t("Not yet.");
  }

  /** @param {string} text */
  function say(text) {
    verdict = text;
    app.announce(text);
  }

  function finish() {
    const { total, found, shown } = score(standing());
    if (total > 0 && found + shown === total) say(t("All {n} blanks are filled in.", { n: total }));
    render();
  }

  async function hint() {
    const box = current;
    if (!box || !isOpen(box.blank)) return;
    const answer = answerOf(box.blank);
    if (answer.hints >= STAGES) {
      answer.state = "shown";
      showAnswer(box.blank);
      say(t("It is {number}.", { number: box.blank.text }));
      return finish();
    }
    await hints.prepare(box.blank);
    answer.hints += 1;
    render();
    app.announce(hints.items(box.blank, answer.hints).at(-1)?.textContent ?? "");
    box.input.focus({ preventScroll: true });
  }

  function reset() {
    answers = new Map();
    verdict = "";
    current = null;
    for (const box of boxes) {
      box.input.value = "";
      showBox(box, answerOf(box.blank));
    }
    render();
    boxes[0]?.input.focus();
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
      catalogue ??= await app.api.ops();
      values = await app.api.post("/graphs/values", { ...app.api.body(), mistakes: [] });
      hints.forget();
    } catch (error) {
      return forgive(error);
    }
    build();
  }

  for (const place of [root, line]) {
    place.addEventListener("click", ({ target }) => {
      const action = target instanceof Element && target.closest("button")?.getAttribute("data-action");
      if (action === "hint") hint().catch(forgive);
      if (action === "reset") reset();
    });
  }
  store.subscribe(["labels", "lang"], refresh);
  app.on("graph", refresh);
  app.on("picture", build);
  app.on("values", (fresh) => {
    // Another input makes another question: what was wrong may be right now.
    for (const answer of answers.values()) if (answer.state === "wrong") answer.state = "open";
    if (!active()) return;
    app.view.setValues(fresh);
    if (store.get("mistakes").length > 0) {
      refresh();
      return;
    }
    values = fresh;
    hints.forget();
    build();
  });
  render();
}

/** @param {App} app */
export const mount = (app) =>
  mountQuiz(
    app,
    /** @type {HTMLElement} */ (document.getElementById("quiz")),
    /** @type {HTMLElement} */ (document.getElementById("stepper")),
  );
