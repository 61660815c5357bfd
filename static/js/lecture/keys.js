/** Keyboard shortcuts of a lesson: neighbouring parts, walk, slides, print. */

import { motionDuration } from "../figure/picture/zoom.js";
import { msg } from "../kit/i18n.js";
import { KEY_MOVES } from "../panels/stepper/clock.js";

/**
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {object} actions
 * @param {{enter: () => void, readonly on: boolean}} actions.presenter
 * @param {() => void} actions.print
 * @param {Iterable<import("../figure/types.js").Figure>} actions.figures all graphs on the page, also those in special figures
 * @param {typeof import("../kit/shortcuts.js").letterOf} actions.letterOf
 * @returns {import("../kit/shortcuts.js").Shortcut[]}
 */
export function mountLessonKeys(places, { presenter, print, figures, letterOf }) {
  /** @param {...string} keys */
  const plain = (...keys) => (/** @type {KeyboardEvent} */ event) =>
    !presenter.on && !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(letterOf(event));
  /** @param {...string} keys */
  const always = (...keys) => (/** @type {KeyboardEvent} */ event) => !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(letterOf(event));
  const zoom = () => graphSeen(figures)?.zoom;
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
    { keys: ["+"], says: msg("Zoom in"), matches: always("+", "="), run: () => zoom()?.by(1.3) },
    { keys: ["−"], says: msg("Zoom out"), matches: always("-", "_"), run: () => zoom()?.by(1 / 1.3) },
    { keys: ["0"], says: msg("Fit the whole graph"), matches: always("0"), run: () => zoom()?.fit(motionDuration(), true) },
    { keys: ["S", "F5"], says: msg("Present, one slide at a time"), matches: (event) => plain("s")(event) || (event.key === "F5" && !event.ctrlKey && !presenter.on), run: presenter.enter },
    { keys: ["Page↓", "Page↑"], says: msg("While presenting: next slide, or the next part of a large graph, and back, as with a clicker") },
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
 * Return the figure whose graph is nearest to the middle of the screen.
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 */
function figureSeen(places) {
  const drawn = [...places.drawn().keys()].flatMap((id) => places.element(id) ?? []);
  return nearest(drawn, (element) => element.querySelector(".figure-stage"));
}

/**
 * Return the graph nearest to the middle of the screen.
 * @param {Iterable<import("../figure/types.js").Figure>} figures
 */
const graphSeen = (figures) => nearest([...figures], ({ picture }) => picture.svg);

/**
 * @template T
 * @param {T[]} all
 * @param {(one: T) => Element | null} boxOf
 * @returns {T | null} null if none is on the screen
 */
function nearest(all, boxOf) {
  const middle = window.innerHeight / 2;
  const seen = all.flatMap((one) => {
    const box = boxOf(one)?.getBoundingClientRect();
    return box && box.width > 0 && box.bottom > 0 && box.top < window.innerHeight ? [{ one, off: Math.abs((box.top + box.bottom) / 2 - middle) }] : [];
  });
  return seen.sort((a, b) => a.off - b.off)[0]?.one ?? null;
}
