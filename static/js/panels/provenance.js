/** Traces an element to its contributors: fetched, kept current, lit on the picture, ended by Escape. */

import { clearLights, showLights } from "../figure/picture/cell-lights.js";
import { isAbort, isFailedCall } from "../kit/http.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").ElementRef} ElementRef */
/** @typedef {import("../figure/answers.js").ProvenanceAnswer} ProvenanceAnswer */

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  /** @type {ElementRef | null} */
  let traced = null;
  /** @type {ProvenanceAnswer | null} */
  let shown = null;
  /** @type {string | null} */
  let selectedThen = null;

  function clear() {
    if (!traced && !shown) return;
    traced = null;
    shown = null;
    app.api.cancel("provenance");
    clearLights(app.view.svg);
    app.emit("provenance", null);
  }

  /** Ask where the traced element comes from, and return how to show it. */
  async function ask() {
    const wanted = traced;
    if (!wanted) return () => {};
    const answer = await app.api.provenance(wanted);
    return () => {
      if (traced !== wanted) return;
      const first = shown === null || shown.id !== answer.id || shown.of !== answer.of || `${shown.index}` !== `${answer.index}`;
      shown = answer;
      showLights(app, answer.lights);
      app.emit("provenance", answer);
      if (first) announce(answer);
    };
  }

  async function refresh() {
    try {
      const show = await ask();
      show();
    } catch (error) {
      if (isAbort(error)) return;
      if (!isFailedCall(error)) throw error;
      // The shape has changed, or there is no gradient any more.
      clear();
    }
  }

  /** @param {ProvenanceAnswer} answer */
  function announce({ index, lights, terms }) {
    const makers = lights.slice(1).reduce((count, { cells }) => count + cells.length, 0);
    app.announce(t("Element [{index}] is computed from {n} elements in {k} terms.", { index: index.join(", "), n: makers, k: terms.length }));
  }

  app.on("trace", (element) => {
    if (!element) return clear();
    traced = element;
    // An edge stays selected while an element of its source is traced.
    selectedThen = store.get("selected");
    refresh();
  });
  app.on("picture", () => shown && showLights(app, shown.lights));
  app.on("graph", () => {
    const { graph } = app;
    const known = traced && graph && [...graph.nodes, ...graph.groups].some(({ id }) => id === traced?.id);
    if (known) refresh();
    else clear();
  });
  app.accompany({ seen: () => traced !== null, ask, late() {} });
  store.subscribe(["selected"], ({ selected }) => {
    if (traced && selected !== traced.id && selected !== selectedThen) clear();
  });
  store.subscribe(["open", "lang"], refresh);
  store.subscribe(["labels"], () => app.mode === "quiz" && clear());
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape" || !traced || event.defaultPrevented) return;
      if (document.querySelector(":popover-open, dialog[open]") || (event.target instanceof Element && event.target.closest(".cm-editor, .search"))) return;
      event.preventDefault();
      event.stopPropagation();
      clear();
    },
    true,
  );
}
