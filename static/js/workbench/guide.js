/** The guide of the example on the page: its question, what to try, its part of the lecture, and its neighbours. */

import { icon, make, morph } from "../kit/element.js";
import { ROOT } from "../kit/root.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/types.js").State} State */
/** @typedef {import("../figure/answers.js").Example} Example */

const PREVIOUS = "M12 5l-5 5 5 5";
const NEXT = "M8 5l5 5-5 5";

/**
 * Return the state after what a guide proposes.
 * @param {Example} example
 * @param {Pick<State, "inputs">} state
 * @returns {Partial<State>}
 */
export function tried({ guide }, { inputs }) {
  const { change } = guide;
  return { ...change, ...(change.inputs && { inputs: { ...inputs, ...change.inputs } }) };
}

/**
 * @param {App} app
 * @param {HTMLElement} place
 * @param {(example: Example) => void} open
 */
export function createGuide(app, place, open) {
  const { store, t } = app;
  /** @type {Example[]} */
  let all = [];
  let at = -1;

  /** @param {number} to @param {string} words @param {string} path */
  function neighbour(to, words, path) {
    const title = all[to]?.title[store.get("lang")];
    const label = title ? `${words}: ${title}` : words;
    return make("button", { type: "button", "data-to": to, "aria-label": label, title: label, disabled: !title }, icon(path));
  }

  function render() {
    const example = all[at];
    place.hidden = !example;
    if (!example) return;
    const lang = store.get("lang");
    const { question, task } = example.guide;
    const fresh = make(
      "section",
      {},
      make("p", { class: "guide-question" }, question[lang]),
      make("p", { class: "guide-task" }, make("span", {}, task[lang]), " ", make("button", { type: "button", class: "boxed", "data-try": "", title: task[lang] }, t("Try it"))),
      make("details", { class: "guide-answer", "data-key": example.slug }, make("summary", {}, t("Answer")), make("p", {}, example.summary[lang])),
      make(
        "p",
        { class: "guide-places" },
        make("a", { href: `${ROOT}/learn/${example.part}` }, t("Part {part} of the lecture", { part: example.part })),
        make("span", { class: "guide-steps" }, neighbour(at - 1, t("Previous example"), PREVIOUS), make("span", { class: "muted" }, `${at + 1} / ${all.length}`), neighbour(at + 1, t("Next example"), NEXT)),
      ),
    );
    for (const { name, value } of place.attributes) fresh.setAttribute(name, value);
    morph(place, fresh);
  }

  place.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const example = all[at];
    if (!button || !example) return;
    const to = all[Number(button.dataset.to ?? NaN)];
    if (to) open(to);
    if (button.dataset.try === undefined) return;
    store.set(tried(example, store.all()));
    // Blanks are tried by typing into the first one.
    if (store.get("labels") === "blanks") /** @type {HTMLElement | null} */ (document.querySelector("#canvas .blank-input"))?.focus();
  });
  store.subscribe(["lang"], render);

  return {
    /** @param {Example[]} examples @param {Example | undefined} here */
    show(examples, here) {
      all = examples;
      at = here ? examples.indexOf(here) : -1;
      render();
    },
  };
}
