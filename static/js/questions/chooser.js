/** Chooses a set of questions: level, number, count; shows its link and its number in large. */

import { copyText } from "../kit/clipboard.js";
import { make, morph } from "../kit/element.js";
import { counts, LARGEST_SEED, newSeed, wholeIn, writeWanted } from "./address.js";
import { levelChoice } from "./panel.js";
import { showPoster } from "./poster.js";

/** @typedef {import("./address.js").Wanted} Wanted */
/** @typedef {Pick<import("./api.js").QuestionSet, "seed" | "level" | "levels">} QuestionSet */

/**
 * @param {ReturnType<typeof import("./page.js").buildQuestionPage>} page
 * @param {Pick<import("../lecture/types.js").Lesson, "t"> & {lang: import("../kit/types.js").Language}} words
 * @param {(change: Partial<Wanted>) => void} change requests another set
 */
export function mountChooser(page, { t, lang }, change) {
  /** @type {QuestionSet} */
  let set;
  /** @type {Wanted} */
  let wanted;
  const link = () => `${location.origin}${location.pathname}${writeWanted(wanted)}`;

  /** @param {string} words */
  function note(words) {
    page.seedNote.textContent = words;
    page.seedNote.hidden = false;
  }

  /** @type {Record<string, () => unknown>} */
  const actions = {
    new: () => change({ seed: newSeed() }),
    link: async () => note((await copyText(link())) ? t("Link copied.") : link()),
    poster() {
      const level = set.levels.find(({ level }) => level === set.level);
      showPoster(t, { seed: set.seed, title: `${set.level}. ${level?.title[lang] ?? ""}`, link: link() });
    },
  };

  /** Request another set, with the number typed so far. @param {Partial<Wanted>} next */
  function changeTo(next) {
    const seed = wholeIn(page.seed.value, 0, LARGEST_SEED);
    page.seed.setAttribute("aria-invalid", String(seed === null));
    if (seed === null) note(t("A set number has at most nine digits."));
    else change({ ...next, seed });
  }

  page.levels.addEventListener("click", ({ target }) => {
    const level = target instanceof Element && target.closest("button")?.dataset.level;
    if (level) changeTo({ level: Number(level) });
  });
  page.seedForm.addEventListener("click", ({ target }) => {
    const action = target instanceof Element && target.closest("button")?.dataset.action;
    if (action) actions[action]?.();
  });
  page.seedForm.addEventListener("submit", (event) => {
    event.preventDefault();
    changeTo({});
  });
  page.count.addEventListener("change", () => changeTo({ count: Number(page.count.value) }));

  return {
    note,
    /** @param {QuestionSet} nextSet @param {Wanted} nextWanted */
    show(nextSet, nextWanted) {
      set = nextSet;
      wanted = nextWanted;
      morph(page.levels, make("div", {}, levelChoice(t, lang, set)));
      page.seed.value = String(set.seed);
      page.seed.removeAttribute("aria-invalid");
      page.seedNote.hidden = true;
      page.count.replaceChildren(
        ...counts(wanted.count).map((count) => make("option", { value: count, selected: count === wanted.count }, count)),
      );
      history.replaceState(history.state, "", location.pathname + writeWanted(wanted, location.search) + location.hash);
    },
  };
}
