/** The quiz: numbers of the picture are blank, typed in and checked at once. */

import { make, morph } from "../kit/element.js";
import { ignoreFailedCall } from "../kit/http.js";
import { createQuizAnswers } from "./answers.js";
import { isIdle, placeBoxes, removeBoxes, showBox } from "./boxes.js";
import { createHints, STAGES } from "./hints.js";
import { quizLine, quizPanel } from "./panel.js";
import { isRight, readAnswer, score } from "./score.js";
import { createQuizWords } from "./words.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Values} Values */
/** @typedef {import("./blanks.js").Blank} Blank */
/** @typedef {import("./boxes.js").Box} Box */

/**
 * @param {App} app
 * @param {HTMLElement} root place of the question, its hints and the score
 * @param {HTMLElement} stepper the score line is inserted before it
 */
export function mountQuiz(app, root, stepper) {
  const { store, t } = app;
  const line = make("div", { class: "quiz-line" });
  stepper.before(line);
  const hints = createHints(app);
  /** @type {Values | null} right numbers, even while a rule is broken */
  let values = null;
  const answers = createQuizAnswers();
  const words = createQuizWords(app);
  /** @type {Box[]} */
  let boxes = [];
  /** @type {Box | null} the box that the panel is about */
  let current = null;
  /** Feedback on the last answer. */
  let verdict = "";
  /** Advice on known mistakes. @type {import("../figure/answers.js").Catalogue | null} */
  let catalogue = null;
  /** The program that the answers belong to. */
  let program = "";

  const active = () => store.get("labels") === "blanks";

  function render() {
    const blank = current?.blank;
    const taken = blank ? answers.of(blank).hints : 0;
    const shown = {
      score: score(answers.ofBlanks(boxes.map(({ blank }) => blank))),
      blank: blank
        ? { question: names().get(blank) ?? "", kind: blank.kind, open: answers.isOpen(blank), taken, hints: hints.items(blank, taken) }
        : null,
      verdict,
    };
    morph(line, make("div", { class: "quiz-line", hidden: !active() }, ...quizLine(t, shown)));
    const fresh = make("section", {}, ...quizPanel(t, shown));
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
  }

  /** What the boxes are called. */
  const names = () => words.names(boxes.map(({ blank }) => blank));

  /** The numbers have changed: what was said of the old ones is no longer shown. */
  function forget() {
    verdict = "";
    hints.forget();
    const blank = current?.blank;
    if (blank && answers.of(blank).hints > 0) hints.prepare(blank).then(render, ignoreFailedCall);
  }

  /** @param {Blank} blank a value may appear in several boxes */
  function showAnswer(blank) {
    for (const box of boxes) if (box.blank.key === blank.key) showBox(box, answers.of(blank));
  }

  /** Put boxes on the current picture; typed text and focus stay. */
  function build() {
    const { svg } = app.view;
    const { graph } = app;
    const place = (/** @type {Blank} */ { edge, kind }) => `${edge} ${kind}`;
    const focused = boxes.find(({ input }) => input === document.activeElement)?.blank;
    const typed = new Map(boxes.map(({ blank, input }) => [place(blank), input.value]));
    removeBoxes(svg);
    boxes = [];
    if (active() && svg && graph && values?.structure === graph.structure) {
      boxes = placeBoxes(app.view, graph, values, { names: words.names, onAnswer, onFocus, onBlur: () => app.view.mark("current-blank", []) });
    }
    for (const box of boxes) {
      box.input.value = typed.get(place(box.blank)) ?? "";
      showBox(box, answers.of(box.blank));
    }
    const again = focused && boxes.find(({ blank }) => place(blank) === place(focused));
    current = again ?? boxes.find(({ blank }) => blank.key === current?.blank.key) ?? null;
    // The picture restores the focus of its own parts first.
    if (again) queueMicrotask(() => again.input.focus({ preventScroll: true }));
    render();
  }

  /** @param {Box} box */
  function onFocus(box) {
    if (current !== box) verdict = "";
    current = box;
    app.view.mark("current-blank", [box.blank.edge]);
    app.view.reveal(box.blank.edge);
    render();
  }

  /** @param {Box} box @param {boolean} entered */
  function onAnswer(box, entered) {
    judge(box);
    if (entered && !answers.isOpen(box.blank)) next(box);
  }

  /** Move to the next open blank. @param {Box} box */
  function next(box) {
    const at = boxes.indexOf(box);
    const following = [...boxes.slice(at + 1), ...boxes.slice(0, at)].find(({ blank }) => answers.isOpen(blank));
    if (!following) return;
    const said = verdict;
    following.input.focus();
    verdict = said;
    render();
  }

  /** @param {Box} box */
  function judge({ blank, input }) {
    const answer = answers.of(blank);
    const text = input.value.trim();
    if (!answers.isOpen(blank)) return;
    const typed = readAnswer(text);
    if (text === "") {
      answer.state = "open";
      verdict = "";
    } else if (typed === undefined) {
      answer.state = "wrong";
      say(t("That is not a number."));
    } else if (isRight(typed, blank.right, blank.text)) {
      answer.state = "found";
      say(t("Right: {number}.", { number: blank.text }));
    } else {
      answer.state = "wrong";
      answer.tries += 1;
      say(words.feedback(typed, blank, catalogue));
    }
    showAnswer(blank);
    finish();
  }

  /** @param {string} text */
  function say(text) {
    verdict = text;
    app.announce(text);
  }

  function finish() {
    const { total, found, shown } = score(answers.ofBlanks(boxes.map(({ blank }) => blank)));
    if (total > 0 && found + shown === total) say(t("All {n} blanks are filled in.", { n: total }));
    render();
  }

  async function hint() {
    const blank = current?.blank;
    if (!blank || !answers.isOpen(blank)) return;
    const { key } = blank;
    const answer = answers.of(blank);
    if (answer.hints >= STAGES) {
      answer.state = "shown";
      showAnswer(blank);
      say(t("It is {number}.", { number: blank.text }));
      return finish();
    }
    await hints.prepare(blank);
    answer.hints = Math.min(STAGES, answer.hints + 1);
    const box = current;
    if (box?.blank.key !== key) return;
    // What was said of the last answer does not stand over a hint for the next.
    verdict = "";
    render();
    app.announce(hints.items(box.blank, answer.hints).at(-1)?.textContent ?? "");
    if (isIdle(root, line)) box.input.focus({ preventScroll: true });
  }

  function reset() {
    answers.clear();
    verdict = "";
    current = null;
    for (const box of boxes) {
      box.input.value = "";
      showBox(box, answers.of(box.blank));
    }
    render();
    boxes[0]?.input.focus();
  }

  async function refresh() {
    if (!active() || !app.graph || app.graph.error) return build();
    if (program !== store.get("program")) {
      program = store.get("program");
      answers.clear();
      current = null;
      verdict = "";
    }
    try {
      catalogue ??= await app.api.ops();
      values = await app.api.post("/graphs/values", { ...app.api.body(), mistakes: [] });
      forget();
    } catch (error) {
      return ignoreFailedCall(error);
    }
    build();
  }

  for (const place of [root, line]) {
    place.addEventListener("click", ({ target }) => {
      const action = target instanceof Element && target.closest("button")?.getAttribute("data-action");
      if (action === "hint") hint().catch(ignoreFailedCall);
      if (action === "reset") reset();
    });
  }
  store.subscribe(["labels", "lang"], refresh);
  app.on("graph", refresh);
  app.on("picture", build);
  app.on("values", (fresh) => {
    // With other inputs a wrong answer may be right.
    answers.reopenWrong();
    if (!active()) return;
    app.view.setValues(fresh);
    if (store.get("mistakes").length > 0) {
      refresh();
      return;
    }
    values = fresh;
    forget();
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
