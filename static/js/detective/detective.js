/** The detective figure: one net after another with a broken rule, checked node by node, until an op is accused. */

import { download } from "../kit/download.js";
import { firstPicture } from "../figure/first-picture.js";
import { make, morphContent } from "../kit/element.js";
import { ApiProblem, failureText, isAbort } from "../kit/http.js";
import { readWanted } from "../questions/address.js";
import { mountChooser } from "../questions/chooser.js";
import { createQuestionFigure } from "../questions/figure.js";
import { buildQuestionPage } from "../questions/page.js";
import { dots } from "../questions/panel.js";
import { fileName } from "../questions/results-csv.js";
import { createQuestionStorage } from "../questions/storage.js";
import { createDetectiveApi } from "./api.js";
import { casePanel, nameOf, verdictText } from "./panel.js";
import { csvOf } from "./results.js";
import { createDetectiveSession, createDetectiveStorage } from "./session.js";
import { verifyPart } from "./verify.js";

/** Scale at which the numbers of a picture can be read. */
const READABLE = 0.9;

/** @type {import("../lecture/types.js").SpecialFigure["mount"]} */
export async function mount(host, figureData, lesson) {
  const { t, announce } = lesson;
  const { lang } = lesson.data;
  const names = createQuestionStorage(() => localStorage);
  const api = createDetectiveApi(() => lang);
  const session = createDetectiveSession(api, createDetectiveStorage(() => localStorage), readWanted(location.search));
  /** The mistake chosen beside the selected node. @type {string | null} */
  let kind = null;

  const page = buildQuestionPage(t, { list: t("Cases"), panel: t("Checks and accusation"), previous: t("Previous case"), next: t("Next case") });
  const { root, dotPlace, title, task, panel, previous, next, score, name, summary, tolerance } = page;
  root.classList.add("detective");
  root.append(verifyPart(t, api));
  host.append(root);
  name.value = names.name();
  tolerance.textContent = t("A check costs one, however large the tensor; the same node again costs nothing. An accusation closes the case.");

  const chooser = mountChooser(page, { t, lang }, (change) => attempt(() => open(null, change)));
  // What is broken stays on the server: it sends the graph with its wrong gradients, and nothing else of it.
  const figure = createQuestionFigure(page, lesson, figureData, "numbers", () => ({
    graphs: (kind = "graphs") => api.graph(session.place, kind),
    picture: (extra = {}, kind = "picture") => api.picture(session.place, extra, kind),
  }), READABLE);
  const { app, picture } = figure;
  const { store } = app;

  const selected = () => {
    const id = store.get("selected");
    return id !== null && session.case.nodes.includes(id) ? id : null;
  };

  function mark() {
    const { checks, verdict } = session;
    const differing = checks.filter(({ agrees }) => !agrees).map(({ node }) => node);
    picture.mark("wrong", verdict ? verdict.differing : differing);
    picture.mark("agrees", verdict ? [] : checks.filter(({ agrees }) => agrees).map(({ node }) => node));
    picture.mark("culprit", verdict ? [verdict.truth.node] : []);
  }

  function render() {
    const { case: current, wanted } = session;
    title.textContent = t("Case {k}", { k: current.index + 1 });
    task.textContent = current.named
      ? t("One backward rule in this net is broken. Find the op, and name the mistake.")
      : t("One backward rule in this graph is broken. Find the op.");
    const words = { open: t("not begun"), begun: t("begun"), done: t("closed"), clean: t("found within par") };
    const all = { questions: Array.from({ length: wanted.count }, (_, index) => ({ index })) };
    morphContent(dotPlace, dots(t, all, session, current.index, words, (k, state) => t("Case {k}: {state}", { k, state })));
    morphContent(panel, casePanel(t, lang, { open: current, checks: session.checks, verdict: session.verdict, node: selected(), kind }));
    for (const select of panel.querySelectorAll("select")) {
      const chosen = [...select.options].find((option) => option.hasAttribute("selected"));
      select.value = chosen?.value ?? "";
    }
    morphContent(score, make("div", { class: "score" }, make("strong", {}, t("{points} points", { points: session.points() }))));
    previous.disabled = current.index === 0;
    next.disabled = current.index === wanted.count - 1;
    next.classList.toggle("primary", session.verdict !== null);
    summary.textContent = session.done() ? t("All cases are closed: {points} of {all} points.", { points: session.points(), all: 10 * wanted.count }) : "";
    mark();
  }

  /** @param {number | null} index @param {Partial<import("../questions/address.js").Wanted>} [change] */
  async function open(index, change) {
    if (!(await session.open(index, change))) return;
    kind = null;
    const { case: current, wanted } = session;
    chooser.show(current, wanted);
    const before = store.get("program");
    store.set({ program: current.program, selected: null });
    if (before === current.program) figure.reload();
    render();
    if (change) announce(t("Set {seed}, {n} cases.", { seed: wanted.seed, n: wanted.count }));
  }

  async function check() {
    const node = selected();
    if (node === null) return;
    const checked = await session.check(node);
    if (!checked) return;
    render();
    announce(`${nameOf(session.case, node)}: ${checked.agrees ? t("agrees") : t("differs")}`);
    /** @type {HTMLElement | null} */ (panel.querySelector("[data-choice=node]"))?.focus({ preventScroll: true });
  }

  async function accuse() {
    const node = selected();
    if (node === null) return;
    const verdict = await session.accuse(node, session.case.named ? kind : null);
    if (!verdict) return;
    render();
    announce(verdictText(t, session.case, verdict));
    if (!next.disabled) next.focus({ preventScroll: true });
  }

  /** Run an action; a failure is shown beside the chooser. @param {() => Promise<unknown>} action */
  function attempt(action) {
    action().catch((error) => {
      if (isAbort(error)) return;
      // After a start of the server its signatures are others: the case begins anew.
      if (error instanceof ApiProblem && error.problem.status === 409) {
        session.restart();
        attempt(() => open(session.case.index));
      }
      const words = failureText(error, t);
      chooser.note(words);
      announce(words);
    });
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const { question: index, action } = button?.dataset ?? {};
    if (index) attempt(() => open(Number(index)));
    if (action === "check") attempt(check);
    if (action === "accuse") attempt(accuse);
    if (action === "previous") attempt(() => open(session.case.index - 1));
    if (action === "next") attempt(() => open(session.case.index + 1).then(() => title.focus({ preventScroll: true })));
    if (action === "again") {
      session.forget();
      attempt(() => open(0));
    }
  });
  panel.addEventListener("change", ({ target }) => {
    if (!(target instanceof HTMLSelectElement)) return;
    if (target.dataset.choice === "kind") {
      kind = target.value || null;
      render();
    } else {
      store.set({ selected: target.value || null });
      if (target.value) picture.reveal(target.value);
    }
  });
  store.subscribe(["selected"], () => {
    kind = null;
    render();
  });
  name.addEventListener("change", () => names.setName(name.value.trim()));
  page.handIn.addEventListener("submit", (event) => {
    event.preventDefault();
    names.setName(name.value.trim());
    const { wanted } = session;
    const verdicts = Array.from({ length: wanted.count }, (_, k) => session.verdictOf(k)).filter((verdict) => verdict !== null);
    const text = csvOf(verdicts, name.value.trim());
    download(fileName(wanted, `detective ${name.value.trim()}`), new Blob([text], { type: "text/csv;charset=utf-8" }));
  });
  app.on("picture", mark);

  await session.open(null);
  chooser.show(session.case, session.wanted);
  store.set({ program: session.case.program });
  render();
  await firstPicture(figure);
}
