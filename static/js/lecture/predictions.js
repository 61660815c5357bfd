/** Predictions: the person types a number before the figure shows it. */

import { TOLERANCE } from "../quiz/score.js";
import { askedFor, isShownAlready, judge, mistakeIn } from "./veil.js";
import { createVeiledWords } from "./veiled-words.js";

/** @typedef {import("./types.js").Lesson} Lesson */
/** @typedef {import("./types.js").LessonPrediction} LessonPrediction */

/**
 * @param {HTMLElement} root
 * @param {Lesson} lesson
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {ReturnType<typeof import("./progress.js").createProgress>} progress
 * @param {() => void} onAnswer called after each answer, and when one is taken back
 */
export function mountPredictions(root, lesson, places, progress, onAnswer) {
  const { t, data } = lesson;
  /** @type {Set<LessonPrediction>} not revealed yet */
  const open = new Set();
  /** @type {Set<string>} figures whose selection is watched */
  const watched = new Set();
  /** @type {Map<string, () => void>} by prediction: shows the answer without a guess */
  const reveals = new Map();

  const spoken = createVeiledWords((id) => t("{name}: first predict the number", { name: id.split("->")[0] ?? id }));

  /** Hide the answers of open predictions in a figure. @param {string} id */
  function veil(id) {
    const place = places.element(id);
    if (!place) return;
    const hidden = [...open].filter((prediction) => prediction.figure === id && isShownAlready(prediction)).map(({ answer }) => askedFor(answer));
    const graph = places.graph(id)?.app.graph;
    // A closed layer's box stands for the node that it ends in.
    const shownAs = (/** @type {string} */ node) => graph?.groups.find(({ output, parent }) => output === node && parent === null)?.id ?? node;
    for (const element of place.querySelectorAll(".graph .edge, .graph .node")) {
      const part = element.getAttribute("data-source") ?? element.getAttribute("data-id");
      const own = part === "@output" ? graph?.output : part;
      const of = (/** @type {"value" | "grad"} */ way) => hidden.some((item) => item.of === way && (item.id === own || shownAs(item.id) === own));
      element.classList.toggle("veiled-value", of("value"));
      element.classList.toggle("veiled-grad", of("grad"));
      spoken.set(element, of("value") || of("grad"));
    }
    // A selected node would show its numbers in the inspector.
    const store = places.graph(id)?.app.store;
    const selected = store?.get("selected") ?? null;
    place.classList.toggle("veiled", hidden.some((item) => item.id === selected || shownAs(item.id) === selected));
    if (store && !watched.has(id)) {
      watched.add(id);
      store.subscribe(["selected"], () => veil(id));
    }
  }

  /** @param {LessonPrediction} prediction */
  async function showInFigure({ figure: id, change, answer, order }) {
    const figure = await places.place(id).catch(() => null);
    if (!figure) return;
    if (order.length > 0) {
      places.element(id)?.dispatchEvent(new CustomEvent("order", { detail: order }));
      return;
    }
    const { store } = figure.app;
    const presenting = document.documentElement.classList.contains("presenting");
    store.set({
      inputs: { ...store.get("inputs"), ...change },
      step: null,
      labels: store.get("labels") === "numbers" || store.get("labels") === "blanks" ? store.get("labels") : "numbers",
      selected: presenting ? null : askedFor(answer).id,
    });
  }

  /** Restore what revealing the answer changed in the figure. @param {LessonPrediction} prediction */
  async function takeBack({ figure: id, change, order }) {
    const figure = await places.place(id).catch(() => null);
    if (order.length > 0) places.element(id)?.dispatchEvent(new CustomEvent("order", { detail: [] }));
    const first = data.figures.find((item) => item.id === id)?.inputs ?? {};
    if (!figure) return;
    const { store } = figure.app;
    const inputs = Object.fromEntries(Object.entries(store.get("inputs")).filter(([name]) => !(name in change) || name in first));
    const before = Object.fromEntries(Object.entries(first).filter(([name]) => name in change));
    store.set({ inputs: { ...inputs, ...before }, selected: null });
  }

  for (const prediction of data.predictions) {
    const section = /** @type {HTMLElement | null} */ (root.querySelector(`[data-predict="${prediction.id}"]`));
    if (section) mount(section, prediction);
  }

  /** @param {HTMLElement} section @param {LessonPrediction} prediction */
  function mount(section, prediction) {
    const key = `${data.slug}/${prediction.id}`;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (section.querySelector(selector));
    const form = /** @type {HTMLFormElement} */ (find("form"));
    const field = /** @type {HTMLInputElement} */ (find("input"));
    const verdict = find(".predict-verdict");
    const after = find(".predict-after");
    /** Whether a wrong answer has been told, and a second one may be given before the number is shown. */
    let tried = false;

    /** @param {import("./progress.js").Said | null} guess */
    function show(guess) {
      form.hidden = guess !== null;
      after.hidden = guess === null;
      verdict.hidden = guess === null;
      if (guess === null) tried = false;
      section.dataset.state = guess === null ? "open" : guess.right === null ? "shown" : guess.right ? "right" : "wrong";
      if (guess === null) open.add(prediction);
      else open.delete(prediction);
      verdict.textContent = guess ? words(guess) : "";
      veil(prediction.figure);
    }

    /** @param {import("./progress.js").Said} guess */
    function words({ text, right }) {
      const number = prediction.text;
      if (right === null) return t("It is {number}.", { number });
      if (right) return t("You predicted {text}. Right: it is {number}.", { text, number });
      return [t("You predicted {text}. It is {number}.", { text, number }), mistakeIn(text, prediction)].filter(Boolean).join(" ");
    }

    /** @param {import("./progress.js").Said} guess */
    function reveal(guess) {
      progress.say(key, guess);
      onAnswer();
      show(guess);
      lesson.announce(words(guess));
      showInFigure(prediction);
    }

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const text = field.value.trim();
      const judged = judge(text, prediction);
      field.setAttribute("aria-invalid", String(judged === "unreadable"));
      if (judged === "unreadable") {
        verdict.hidden = false;
        verdict.textContent = text === "" ? t("Type a number first; a guess will do.") : t("{text} is not a number. Write it as 2.2, −3, 1/3 or 1.3e-7.", { text });
        field.focus();
        return;
      }
      if (judged === "wrong" && !tried) {
        tried = true;
        verdict.hidden = false;
        verdict.textContent = [t("{text}: not yet.", { text }), mistakeIn(text, prediction), t("Try once more, or let it be shown.")].filter(Boolean).join(" ");
        field.select();
        return;
      }
      reveal({ text, right: judged === "right" });
      find("[data-action=again]").focus();
    });
    section.addEventListener("click", ({ target }) => {
      const action = target instanceof Element ? target.closest("button")?.dataset.action : undefined;
      if (action === "show") {
        reveal({ text: "", right: null });
        find("[data-action=again]").focus();
      }
      if (action === "look") {
        const place = places.element(prediction.figure);
        place?.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
      }
      if (action === "again") {
        progress.say(key, null);
        onAnswer();
        takeBack(prediction);
        field.value = "";
        show(null);
        field.focus();
      }
    });
    form.append(tolerance());
    reveals.set(prediction.id, () => section.dataset.state === "open" && reveal({ text: "", right: null }));
    show(progress.now().said[key] ?? null);

    function tolerance() {
      const note = document.createElement("span");
      note.className = "predict-tolerance muted";
      note.textContent = t("Within {percent}% counts as right.", { percent: TOLERANCE * 100 });
      return note;
    }
  }

  return {
    veil,
    /** Whether the answer to a prediction is still hidden. @param {string} id */
    isOpen: (id) => [...open].some((prediction) => prediction.id === id),
    /** @param {string} id */
    reveal: (id) => reveals.get(id)?.(),
  };
}
