/** Reloads a lesson in another language, at the same place and with the figures as they were. */

const KEY = "chainrule.return";

/** @typedef {import("../figure/types.js").State} State */
/** @typedef {Partial<Pick<State, "inputs" | "labels" | "step" | "open" | "selected">>} Kept */
/** @typedef {{path: string, block: number, offset: number, figures: Record<string, Kept>}} Place */

/** The parts of the text in order, the same in both languages. */
const blocks = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(".lesson-head, .block, .lesson-foot")]);

/** Return what was left, if the page was reloaded for another language. @returns {Place | null} */
export function takeReturn() {
  try {
    const place = JSON.parse(sessionStorage.getItem(KEY) ?? "null");
    sessionStorage.removeItem(KEY);
    return place?.path === location.pathname ? place : null;
  } catch {
    return null;
  }
}

/** Assumed reading position from the top of the screen, in pixels. */
const READING = 100;
/** Time during which the figures above may still grow, in milliseconds. */
const GROWING = 4000;
const HANDS = ["wheel", "touchstart", "pointerdown", "keydown"];

/**
 * Scroll to the place left, and hold it while figures are drawn, until the person acts.
 * @param {Place} place
 */
export function goBackTo({ block, offset }) {
  const element = blocks()[block];
  if (!element) return;
  const go = () => window.scrollTo(0, element.getBoundingClientRect().top + window.scrollY - offset);
  const watch = new ResizeObserver(go);
  const stop = () => {
    watch.disconnect();
    for (const hand of HANDS) window.removeEventListener(hand, stop);
  };
  for (const hand of HANDS) window.addEventListener(hand, stop, { passive: true });
  watch.observe(/** @type {HTMLElement} */ (document.getElementById("lesson-body")));
  setTimeout(stop, GROWING);
  go();
}

/**
 * @param {import("../figure/types.js").Store} store
 * @param {() => Map<string, import("../figure/types.js").Figure>} figures
 */
export function mountLanguageChange(store, figures) {
  store.subscribe(["lang"], ({ lang }) => {
    const all = blocks();
    // Texts differ in length: the block nearest to the top of the screen stays in place.
    const tops = all.map((element) => Math.abs(element.getBoundingClientRect().top - READING));
    const block = tops.indexOf(Math.min(...tops));
    const kept = [...figures()].map(([id, { app }]) => {
      const { inputs, labels, step, open, selected } = app.store.all();
      return [id, { inputs, labels, step, open, selected }];
    });
    const place = { path: location.pathname, block, offset: all[block]?.getBoundingClientRect().top ?? 0, figures: Object.fromEntries(kept) };
    try {
      sessionStorage.setItem(KEY, JSON.stringify(place));
    } catch {
      // Then the page opens at its top.
    }
    const address = new URL(location.href);
    address.searchParams.set("lang", lang);
    // appearance.js stores the choice first.
    setTimeout(() => location.replace(address));
  });
}
