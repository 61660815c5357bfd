/** The questions: a set by its number, one graph with blanks after another, checked at once, a table to hand in. */

import { ApiProblem, isAbort } from "../kit/http.js";
import { morph } from "../kit/element.js";
import { download } from "../kit/download.js";
import { readWanted } from "./address.js";
import { createQuestionApi } from "./api.js";
import { placeQuestionBoxes, tellBeside } from "./boxes.js";
import { mountChooser } from "./chooser.js";
import { createQuestionClock } from "./clock.js";
import { csvOf, fileName } from "./results-csv.js";
import { createQuestionFigure } from "./figure.js";
import { createKeep } from "./storage.js";
import { buildQuestionPage } from "./page.js";
import { askedPanel, dots, scorePanel, taskOf } from "./panel.js";
import { createAnswers, isOpen } from "./answers.js";
import { removeBoxes, showBox } from "../quiz/boxes.js";

/** @typedef {import("./api.js").Checked} Checked */
/** @typedef {import("./api.js").Hint} Hint */
/** @typedef {import("./api.js").QuestionSet} QuestionSet */
/** @typedef {import("./boxes.js").QuestionBox} QuestionBox */

/** @type {import("../lecture/types.js").SpecialFigure["mount"]} */
export async function mount(host, figureData, lesson) {
  const { t, announce } = lesson;
  const { lang } = lesson.data;
  const api = createQuestionApi(() => lang);
  const keep = createKeep(() => localStorage);
  const clock = createQuestionClock();
  let wanted = readWanted(location.search);
  /** @type {QuestionSet} */
  let set;
  /** @type {ReturnType<typeof createAnswers>} */
  let answers;
  let at = 0;
  /** Counts the questions opened: what comes back for an earlier one is dropped. */
  let round = 0;
  /** @type {QuestionBox[]} */
  let boxes = [];
  /** Id of the blank that is spoken of. @type {string | null} */
  let asked = null;
  /** What was said last, by the blank's id. @type {Map<string, Checked>} */
  let said = new Map();
  /** Hints taken, by question and blank. @type {Map<string, Hint[]>} */
  let hints = new Map();

  const question = () => /** @type {import("./api.js").Question} */ (set.questions[at]);
  const placeOf = (/** @type {string} */ blank) => ({ seed: set.seed, level: set.level, index: at, blank });

  const page = buildQuestionPage(t);
  const { root, dotPlace, title, task, panel, previous, next, score, name, summary } = page;
  host.append(root);
  name.value = keep.name();

  const chooser = mountChooser(page, { t, lang }, (wish) => change(wish));
  const figure = createQuestionFigure(page, lesson, figureData, () => question().blanks.map(({ id }) => id));
  const { app, picture } = figure;
  const { store } = app;

  function build() {
    const { svg } = picture;
    if (!svg) return;
    boxes = placeQuestionBoxes(svg, question().blanks, {
      name: ({ of }) => of.name[lang],
      onAnswer: (box, entered) => run(() => check(box, entered)),
      onFocus,
      onBlur: () => app.view.mark("asked", []),
    });
    for (const box of boxes) {
      const given = answers.of(at, box.blank.id);
      box.blank.text = given.text;
      box.input.value = given.typed;
      showBox(box, given);
    }
  }

  // ---- what is said ----

  const hintsOf = (/** @type {string} */ blank) => hints.get(`${at} ${blank}`) ?? [];

  function render() {
    const { blanks, title: own } = question();
    const blank = blanks.find(({ id }) => id === asked) ?? null;
    title.textContent = `${at + 1}. ${own[lang]}`;
    task.textContent = taskOf(t, question());
    renew(dotPlace, dots(t, set, answers, at));
    const shown = {
      blank,
      open: blank !== null && isOpen(answers.of(at, blank.id)),
      checked: (blank && said.get(blank.id)) ?? null,
      hints: blank ? hintsOf(blank.id) : [],
      stages: set.stages,
    };
    renew(panel, askedPanel(t, lang, shown));
    renew(score, scorePanel(t, answers));
    previous.disabled = at === 0;
    next.disabled = at === set.questions.length - 1;
    const done = answers.progress(at) === "done" || answers.progress(at) === "clean";
    next.classList.toggle("primary", done);
    const { found, total, clean } = answers.score();
    summary.textContent = answers.done()
      ? t("The set is done: {found} of {total} found, {clean} at the first try.", { found, total, clean })
      : "";
  }

  /** @param {Element} place @param {Element} content */
  function renew(place, content) {
    const fresh = /** @type {Element} */ (place.cloneNode(false));
    fresh.append(content);
    morph(place, fresh);
  }

  /** @param {QuestionBox} box */
  function onFocus(box) {
    asked = box.blank.id;
    app.view.mark("asked", [box.blank.of.part]);
    app.view.reveal(box.blank.of.part);
    tell(box);
    render();
  }

  /** Names a mistake beside the box that it was made in. @param {QuestionBox} box */
  function tell(box) {
    const checked = said.get(box.blank.id);
    const words = isOpen(answers.of(at, box.blank.id)) ? (checked?.mistake?.title[lang] ?? "") : "";
    if (picture.svg) tellBeside(picture.svg, picture.size, box, words);
  }

  /** @param {string} blank */
  function showAnswer(blank) {
    const given = answers.of(at, blank);
    for (const box of boxes) {
      if (box.blank.id !== blank) continue;
      box.blank.text = given.text;
      if (given.state === "wrong") box.input.value = given.typed;
      showBox(box, given);
    }
  }

  // ---- what a person does ----

  /** @param {QuestionBox} box @param {boolean} entered by the Enter key */
  async function check(box, entered) {
    const { id } = box.blank;
    const [index, mine] = [at, round];
    const answer = answers.of(index, id);
    const typed = box.input.value.trim();
    if (!isOpen(answer)) return entered ? goOn(box) : undefined;
    if (typed === "") {
      answers.clear(index, id);
      said.delete(id);
      showAnswer(id);
      return render();
    }
    // Leaving a box after Enter is no second answer.
    if (answer.state === "wrong" && answer.typed === typed && said.has(id)) return undefined;
    const checked = await api.check(placeOf(id), typed);
    if (mine !== round) return undefined;
    said.set(id, checked);
    answers.take(index, id, typed, checked, clock.seconds(index));
    if (checked.text !== null) answers.of(index, id).typed = typed;
    asked = id;
    finish(id);
    tell(box);
    announce(answers.done() ? (summary.textContent ?? "") : checked.said[lang]);
    return entered && checked.verdict === "right" ? goOn(box) : undefined;
  }

  /** @param {string} blank */
  function finish(blank) {
    showAnswer(blank);
    keep.keep(set, answers.kept());
    render();
  }

  /** To the next open box of this question, or else to the button that leads on. @param {QuestionBox} box */
  function goOn(box) {
    const from = boxes.indexOf(box);
    const open = [...boxes.slice(from + 1), ...boxes.slice(0, from)].find(({ blank }) => isOpen(answers.of(at, blank.id)));
    if (open) {
      const before = said.get(box.blank.id);
      open.input.focus();
      // What was said of the last answer stays to be read until something is typed.
      if (before && !said.has(open.blank.id)) announce(before.said[lang]);
    } else if (!next.disabled) next.focus();
    else name.focus();
  }

  async function hint() {
    const blank = asked;
    const [index, mine] = [at, round];
    if (blank === null || !isOpen(answers.of(at, blank))) return;
    const taken = hintsOf(blank);
    if (taken.length >= set.stages) {
      const { text } = await api.answer(placeOf(blank));
      if (mine !== round) return;
      answers.giveUp(index, blank, text, clock.seconds(index));
      const words = t("It is {number}.", { number: text });
      said.set(blank, { verdict: "shown", said: { ko: words, en: words }, mistake: null, text });
      finish(blank);
      announce(words);
    } else {
      const found = await api.hint(placeOf(blank), taken.length + 1);
      if (mine !== round) return;
      hints.set(`${index} ${blank}`, [...taken, found]);
      answers.of(index, blank).hints = taken.length + 1;
      finish(blank);
      announce(panel.querySelector(".hints > li:last-child")?.textContent ?? "");
    }
    boxes.find((box) => box.blank.id === blank)?.input.focus({ preventScroll: true });
  }

  /** @param {number} index */
  function go(index) {
    if (index < 0 || index >= set.questions.length) return;
    at = index;
    round += 1;
    asked = null;
    said = new Map();
    boxes = [];
    removeBoxes(picture.svg);
    clock.open(index);
    const { program, upstream, labels } = question();
    const before = store.get("program");
    store.set({ program, seed: upstream, labels, open: [], inputs: {}, step: null, selected: null });
    if (before === program) figure.reload();
    render();
  }

  /** @param {Partial<typeof wanted>} change */
  async function load(change = {}) {
    const asking = { ...wanted, ...change };
    const fresh = await api.set(asking);
    const given = createAnswers(fresh.questions, keep.answers(fresh));
    const taken = await hintsTaken(fresh, given);
    [wanted, set, answers, hints] = [asking, fresh, given, taken];
    round += 1;
    clock.reset();
    chooser.show(set, wanted);
    page.tolerance.textContent = t("An answer may be {percent}% off. Fractions such as 1/3 are read too.", { percent: set.tolerance * 100 });
    at = answers.nextOpen(0) ?? 0;
  }

  /**
   * The hints that were taken before the page was loaded anew.
   * @param {QuestionSet} set
   * @param {ReturnType<typeof createAnswers>} answers
   * @returns {Promise<Map<string, Hint[]>>}
   */
  async function hintsTaken({ seed, level, stages, questions }, answers) {
    const helped = questions
      .flatMap(({ index, blanks }) => blanks.map(({ id }) => ({ seed, level, index, blank: id })))
      .filter(({ index, blank }) => answers.of(index, blank).hints > 0);
    const asked = helped.map(async (place) => {
      const count = Math.min(answers.of(place.index, place.blank).hints, stages);
      const found = await Promise.all(Array.from({ length: count }, (_, k) => api.hint(place, k + 1)));
      return /** @type {const} */ ([`${place.index} ${place.blank}`, found]);
    });
    return new Map(await Promise.all(asked));
  }

  /** Runs what may fail; a failure is told where it can be seen. @param {() => Promise<unknown> | void} what */
  function run(what) {
    Promise.resolve(what()).catch((error) => {
      if (isAbort(error)) return;
      if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
      const words = error instanceof ApiProblem ? error.message : t("The server does not answer.");
      chooser.note(words);
      announce(words);
    });
  }

  /** @param {Partial<typeof wanted>} change */
  const change = (change) =>
    run(async () => {
      await load(change);
      go(at);
      announce(t("Set {seed}, {n} questions.", { seed: set.seed, n: set.questions.length }));
    });

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { question: index, action } = button?.dataset ?? {};
    if (index) go(Number(index));
    if (action === "hint") run(hint);
    if (action === "previous") go(at - 1);
    if (action === "next") {
      go(at + 1);
      title.focus({ preventScroll: true });
    }
    if (action === "again") {
      keep.keep(set, {});
      change({});
    }
  });
  name.addEventListener("change", () => keep.setName(name.value.trim()));
  page.handIn.addEventListener("submit", (event) => {
    event.preventDefault();
    keep.setName(name.value.trim());
    const about = { name: name.value.trim(), time: new Date(), lang };
    download(fileName(set, about.name), new Blob([csvOf(set, answers, about)], { type: "text/csv;charset=utf-8" }));
  });
  document.addEventListener("visibilitychange", () => clock.hide(document.hidden));
  app.on("picture", build);

  await load();
  const drawn = new Promise((resolve, reject) => {
    app.on("picture", resolve);
    app.on("problem", (problem) => problem && reject(new Error(problem.detail || problem.title)));
  });
  const { program, upstream, labels } = question();
  store.set({ program, seed: upstream, labels });
  clock.open(at);
  render();
  figure.start();
  await drawn;
}
