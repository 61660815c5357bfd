/** Keyboard shortcuts of a lesson: neighbouring parts, walk, slides, print. */

import { msg } from "../kit/i18n.js";
import { KEY_MOVES } from "../panels/stepper/clock.js";

/**
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {object} actions
 * @param {{enter: () => void, readonly on: boolean}} actions.presenter
 * @param {() => void} actions.print
 * @param {typeof import("../kit/shortcuts.js").letterOf} actions.letterOf
 * @returns {import("../kit/shortcuts.js").Shortcut[]}
 */
export function mountLessonKeys(places, { presenter, print, letterOf }) {
  /** @param {...string} keys */
  const plain = (...keys) => (/** @type {KeyboardEvent} */ event) =>
    !presenter.on && !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(letterOf(event));
  /** @param {string} rel */
  const follow = (rel) => () => /** @type {HTMLAnchorElement | null} */ (document.querySelector(`.lesson-foot a[rel="${rel}"]`))?.click();

  // An unused arrow key steps the figure nearest to the middle of the screen.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || !(event.key in KEY_MOVES) || event.key === "Home" || event.key === "End") return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.target !== document.body) return;
    const seen = figureSeen(places);
    seen?.dispatchEvent(new KeyboardEvent("keydown", { key: event.key, cancelable: true }));
  });

  return [
    { keys: ["["], says: msg("Previous part"), matches: plain("["), run: follow("prev") },
    { keys: ["]"], says: msg("Next part"), matches: plain("]"), run: follow("next") },
    {
      keys: ["C"],
      says: msg("Contents"),
      matches: plain("c"),
      run() {
        const button = /** @type {HTMLElement} */ (document.getElementById("contents-button"));
        if (button.checkVisibility()) button.click();
        /** @type {HTMLElement | null} */ (document.querySelector("#toc [aria-current]"))?.focus();
      },
    },
    { keys: ["←", "→"], says: msg("Step through the visible figure") },
    { keys: ["S", "F5"], says: msg("Present, one slide at a time"), matches: (event) => plain("s")(event) || (event.key === "F5" && !event.ctrlKey && !presenter.on), run: presenter.enter },
    { keys: ["Page↓", "Page↑"], says: msg("While presenting: next and previous slide, as with a clicker") },
    { keys: ["."], says: msg("While presenting: blank the screen, or show it again") },
    { keys: ["Esc"], says: msg("While presenting: stop") },
    {
      keys: ["Ctrl", "P"],
      says: msg("Print a handout"),
      matches: (event) => (event.ctrlKey || event.metaKey) && letterOf(event) === "p",
      run: print,
    },
    { keys: ["?"], says: msg("Keyboard shortcuts") },
  ];
}

/**
 * Return the graph nearest to the middle of the screen.
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 */
function figureSeen(places) {
  const middle = window.innerHeight / 2;
  const seen = [...places.drawn().keys()].flatMap((id) => {
    const element = places.element(id);
    const box = element?.querySelector(".figure-stage")?.getBoundingClientRect();
    return element && box && box.width > 0 && box.bottom > 0 && box.top < window.innerHeight
      ? [{ element, off: Math.abs((box.top + box.bottom) / 2 - middle) }]
      : [];
  });
  return seen.sort((a, b) => a.off - b.off)[0]?.element ?? null;
}
