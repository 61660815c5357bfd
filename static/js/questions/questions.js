/** The questions figure: a set by its number, one graph with blanks after another, results as a file. */

import { download } from "../kit/download.js";
import { firstPicture } from "../figure/first-picture.js";
import { morphContent } from "../kit/element.js";
import { failureText, isAbort } from "../kit/http.js";
import { isIdle, removeBoxes, showBox } from "../quiz/boxes.js";
import { readWanted } from "./address.js";
import { isOpen } from "./answers.js";
import { createQuestionApi } from "./api.js";
import { placeQuestionBoxes, showNote } from "./boxes.js";
import { mountChooser } from "./chooser.js";
import { createQuestionClock } from "./clock.js";
import { createQuestionFigure } from "./figure.js";
import { buildQuestionPage } from "./page.js";
import { blankPanel, dots, scorePanel, taskOf } from "./panel.js";
import { csvOf, fileName } from "./results-csv.js";
import { createQuestionSession } from "./session.js";
import { createQuestionSheet } from "./sheet.js";
import { createQuestionStorage } from "./storage.js";

/** @typedef {import("./boxes.js").QuestionBox} QuestionBox */

/** @type {import("../lecture/types.js").SpecialFigure["mount"]} */
export async function mount(host, figureData, lesson) {
  const { t, announce } = lesson;
  const { lang } = lesson.data;
  const storage = createQuestionStorage(() => localStorage);
  const clock = createQuestionClock();
  const api = createQuestionApi(() => lang);
  const session = createQuestionSession({ api, storage, clock }, readWanted(location.search));
  /** @type {QuestionBox[]} */
  let boxes = [];
  /** Id of the blank that the panel is about. @type {string | null} */
  let current = null;
  /** Id of a blank that was left for another before its answer was judged. @type {string | null} */
  let left = null;

  const page = buildQuestionPage(t);
  const { root, dotPlace, title, task, panel, previous, next, score, name, summary } = page;
  host.append(root);
  name.value = storage.name();

  const chooser = mountChooser(page, { t, lang }, (change) => changeSet(change));
  const figure = createQuestionFigure(page, lesson, figureData, "blanks", (api) => ({
    // An open layer would give away the answer.
    picture: (extra = {}, kind) => api.picture({ ...extra, open: [], blanks: session.question.blanks.map(({ id }) => id) }, kind),
  }));
  const { app, picture } = figure;
  const { store } = app;

  /** Put boxes on the blanks of the current picture. */
  function build() {
    const { svg } = picture;
    if (!svg) return;
    boxes = placeQuestionBoxes(svg, session.question.blanks, {
      name: ({ of }) => of.name[lang],
      onAnswer: (box, entered) => attempt(() => check(box, entered)),
      onFocus,
      onBlur: () => app.view.mark("current-blank", []),
    });
    for (const box of boxes) {
      const given = session.given(box.blank.id);
      box.blank.text = given.text;
      box.input.value = given.typed;
      showBox(box, given);
    }
  }

  function render() {
    const { set, at, answers, question } = session;
    const named = (/** @type {string | null} */ wanted) => question.blanks.find(({ id }) => id === wanted) ?? null;
    const [blank, before] = [named(current), named(left)];
    title.textContent = `${at + 1}. ${question.title[lang]}`;
    task.textContent = taskOf(t, question);
    morphContent(dotPlace, dots(t, set, answers, at));
    const shown = {
      blank,
      open: blank !== null && isOpen(session.given(blank.id)),
      checked: blank && session.feedbackOn(blank.id),
      before: before && { name: before.name, checked: session.feedbackOn(before.id) },
      hints: blank ? session.hintsOf(blank.id) : [],
      stages: set.stages,
    };
    morphContent(panel, blankPanel(t, lang, shown));
    morphContent(score, scorePanel(t, answers));
    previous.disabled = at === 0;
    next.disabled = at === set.questions.length - 1;
    next.classList.toggle("primary", ["done", "clean"].includes(answers.progress(at)));
    const { found, total, clean } = answers.score();
    summary.textContent = answers.done()
      ? t("The set is done: {found} of {total} right, {clean} on the first try.", { found, total, clean })
      : "";
  }

  /** @param {QuestionBox} box */
  function onFocus(box) {
    current = box.blank.id;
    left = null;
    app.view.mark("current-blank", [box.blank.of.part]);
    app.view.reveal(box.blank.of.part);
    showMistake(box);
    render();
  }

  /** Name a known mistake beside its box. @param {QuestionBox} box */
  function showMistake(box) {
    const { id } = box.blank;
    const words = isOpen(session.given(id)) ? (session.feedbackOn(id)?.mistake?.title[lang] ?? "") : "";
    if (picture.svg) showNote(picture.svg, picture.size, box, words);
  }

  /** Show the answer to a blank in all its boxes. @param {string} blank */
  function showAnswer(blank) {
    const given = session.given(blank);
    for (const box of boxes) {
      if (box.blank.id !== blank) continue;
      box.blank.text = given.text;
      // Where the next answer is being typed, it stays.
      if (given.state === "wrong" && box.input !== document.activeElement) box.input.value = given.typed;
      showBox(box, given);
    }
    render();
  }

  /** @param {QuestionBox} box @param {boolean} entered by the Enter key */
  async function check(box, entered) {
    const { id } = box.blank;
    const given = session.given(id);
    const typed = box.input.value.trim();
    if (!isOpen(given)) return entered ? goOn(box) : undefined;
    if (typed === "") {
      session.clear(id);
      return showAnswer(id);
    }
    // Leaving a box after Enter is no second answer.
    if (given.state === "wrong" && given.typed === typed && session.feedbackOn(id)) return undefined;
    const checked = await session.check(id, typed);
    if (!checked) return render();
    // Who has gone on to another box meanwhile stays there, and the panel is about that one.
    if (current === id) left = null;
    else left = id;
    showAnswer(id);
    showMistake(box);
    announce(session.answers.done() ? (summary.textContent ?? "") : checked.said[lang]);
    return entered && checked.verdict === "right" && isIdle(box.cell) ? goOn(box) : undefined;
  }

  /** Move to the question's next open box, else to the button for the next question. @param {QuestionBox} box */
  function goOn(box) {
    const from = boxes.indexOf(box);
    const open = [...boxes.slice(from + 1), ...boxes.slice(0, from)].find(({ blank }) => isOpen(session.given(blank.id)));
    if (open) {
      const before = session.feedbackOn(box.blank.id);
      open.input.focus();
      // The focus announces the new box; repeat the feedback on the old one.
      if (before && !session.feedbackOn(open.blank.id)) announce(before.said[lang]);
    } else if (!next.disabled) next.focus();
    else name.focus();
  }

  async function hint() {
    const blank = current;
    if (blank === null || !isOpen(session.given(blank))) return undefined;
    const taken = await session.hint(blank, (text) => t("It is {number}.", { number: text }));
    if (!taken) return render();
    showAnswer(blank);
    if (current !== blank) return undefined;
    announce(taken.answer ?? panel.querySelector(".hints > li:last-child")?.textContent ?? "");
    if (isIdle(panel)) boxes.find((box) => box.blank.id === blank)?.input.focus({ preventScroll: true });
    return undefined;
  }

  /** @param {number} index */
  function go(index) {
    if (index < 0 || index >= session.set.questions.length) return;
    session.open(index);
    current = left = null;
    boxes = [];
    removeBoxes(picture.svg);
    const { program, upstream, labels } = session.question;
    const before = store.get("program");
    store.set({ program, upstream, labels, open: [], inputs: {}, step: null, selected: null });
    if (before === program) figure.reload();
    render();
  }

  /** @param {Partial<import("./address.js").Wanted>} [change] */
  async function load(change) {
    if (!(await session.load(change))) return false;
    const { set, wanted } = session;
    chooser.show(set, wanted);
    page.tolerance.textContent = t("Answers within {percent}% count as right. Fractions such as 1/3 work too.", { percent: set.tolerance * 100 });
    return true;
  }

  /** Run an action; a failure is shown beside the chooser. @param {() => Promise<unknown> | void} action */
  function attempt(action) {
    Promise.resolve(action()).catch((error) => {
      if (isAbort(error)) return;
      const words = failureText(error, t);
      chooser.note(words);
      announce(words);
    });
  }

  /** @param {Partial<import("./address.js").Wanted>} change */
  const changeSet = (change) =>
    attempt(async () => {
      if (!(await load(change))) return;
      go(session.at);
      announce(t("Set {seed}, {n} questions.", { seed: session.set.seed, n: session.set.questions.length }));
    });

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { question: index, action } = button?.dataset ?? {};
    if (index) go(Number(index));
    if (action === "hint") attempt(hint);
    if (action === "previous") go(session.at - 1);
    if (action === "next") {
      go(session.at + 1);
      title.focus({ preventScroll: true });
    }
    if (action === "again") {
      session.forget();
      changeSet({});
    }
  });
  name.addEventListener("change", () => storage.setName(name.value.trim()));
  async function handIn() {
    storage.setName(name.value.trim());
    // The answer typed last is judged first.
    await session.judged();
    const about = { name: name.value.trim(), time: new Date(), lang };
    download(fileName(session.set, about.name), new Blob([csvOf(session.set, session.answers, about)], { type: "text/csv;charset=utf-8" }));
  }
  page.handIn.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(handIn);
  });
  // On paper stand all questions of the set.
  const sheet = createQuestionSheet(root, lesson, figureData);
  host.closest(".figure")?.addEventListener("handout", (event) => {
    /** @type {CustomEvent<Promise<unknown>[]>} */ (event).detail.push(sheet.fill(session.set.questions, session.at));
  });
  window.addEventListener("afterprint", sheet.clear);
  document.addEventListener("visibilitychange", () => clock.hide(document.hidden));
  app.on("picture", build);

  await load();
  const { program, upstream, labels } = session.question;
  store.set({ program, upstream, labels });
  clock.open(session.at);
  render();
  await firstPicture(figure);
}
