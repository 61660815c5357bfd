/** Starts a page of the lecture: the table of contents, or one part. */

import { createApi } from "./figure/api.js";
import { createFigure } from "./figure/figure.js";
import { readLessonAnswers } from "./figure/first-answers.js";
import { initialState, readState } from "./figure/state.js";
import { createAnnouncer } from "./kit/announce.js";
import { installRadioKeys, mountAppearance } from "./kit/appearance.js";
import { make } from "./kit/element.js";
import { installDecimalComma } from "./kit/decimal-comma.js";
import { reachByKeys } from "./kit/formula.js";
import { createTranslator, msg } from "./kit/i18n.js";
import { byId, readData } from "./kit/page-data.js";
import { letterOf, mountShortcuts } from "./kit/shortcuts.js";
import { createStore } from "./kit/store.js";
import { showContents } from "./lecture/contents.js";
import { mountHandout } from "./lecture/handout.js";
import { mountLessonKeys } from "./lecture/keys.js";
import { createPlaces } from "./lecture/places.js";
import { mountPredictions } from "./lecture/predictions.js";
import { mountPresenter } from "./lecture/presenter.js";
import { createProgress } from "./lecture/progress.js";
import { goBackTo, mountLanguageChange, takeReturn } from "./lecture/reload.js";
import { fitDisplayed } from "./lesson-math.js";

const boot = initialState(readData("boot"));
const { lang, theme } = readState(location.search, boot);
const store = createStore(initialState({ lang, theme }));
const t = createTranslator(readData("messages"), () => store.get("lang"));
const announce = createAnnouncer(byId("announcer"));
const progress = createProgress();

mountAppearance({ store, t }, document.title);
installRadioKeys(document);
installDecimalComma(document);

const data = document.getElementById("lesson-data") && /** @type {import("./lecture/types.js").LessonData} */ (readData("lesson-data"));
if (data) openPart(data);
else {
  mountLanguageChange(store, () => new Map());
  mountShortcuts({ t }, [{ keys: ["?"], says: msg("Keyboard shortcuts") }]);
}
showContents(progress, t, data?.slug ?? null);

/** Return the maximum scale in a presentation: a small graph must be readable from the last row. */
function largest() {
  return document.documentElement.classList.contains("presenting") ? 4 : undefined;
}

/** Have the browser fetch the next part while this one is read, once there is nothing else to do. */
function fetchAhead() {
  const next = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".lesson-foot a[rel=next]"));
  const saving = /** @type {{connection?: {saveData?: boolean}}} */ (navigator).connection?.saveData;
  if (!next || saving) return;
  const later = window.requestIdleCallback ?? window.setTimeout;
  later(() => document.head.append(make("link", { rel: "prefetch", href: next.href })));
}

/** @param {import("./lecture/types.js").LessonData} data */
function openPart(data) {
  const left = takeReturn();
  let first = readLessonAnswers();
  const body = byId("lesson-body");
  /** @type {import("./figure/types.js").Figure[]} */
  const figures = [];
  /** @type {import("./lecture/types.js").Lesson} */
  const lesson = {
    data,
    store,
    t,
    announce,
    stateOf: ({ program, inputs, seed: upstream, labels, open, step }, patch = {}) =>
      initialState({ program, inputs, upstream, labels, open, step, lang: store.get("lang"), theme: store.get("theme"), ...patch }),
    createFigure(canvas, state, options) {
      const store = createStore(state);
      // The first graph with this program is the one whose answers came with the page.
      const own = first && /** @type {{program?: string}} */ (first.graphs?.request)?.program === state.program ? first : {};
      if (own === first) first = null;
      const figure = createFigure(canvas, { store, api: createApi(store, own), t, announce, embedded: true, largest, ...options });
      figures.push(figure);
      return figure;
    },
    async figure(id) {
      const figure = await places.place(id);
      if (!figure) throw new Error(`${id} is no graph`);
      return figure;
    },
  };
  const places = createPlaces(body, lesson, left?.figures ?? {});
  const predictions = mountPredictions(body, lesson, places, progress, () => showContents(progress, t, data.slug));
  places.onPicture(predictions.veil);
  const presenter = mountPresenter(lesson, places, predictions, figures);
  const print = mountHandout(places, figures);
  mountLanguageChange(store, places.drawn);
  mountShortcuts(lesson, mountLessonKeys(places, { presenter, print, figures, letterOf }));
  progress.open(data.slug);
  const wide = body.querySelectorAll("pre, .math.display");
  const reach = () => {
    fitDisplayed(body);
    wide.forEach(reachByKeys);
  };
  window.addEventListener("resize", reach);
  document.fonts.ready.then(reach);
  reach();
  places.start().then(fetchAhead);
  if (left) goBackTo(left);
}
