/** The keyboard shortcuts of the page of runs. */

import { motionDuration } from "../../figure/picture/zoom.js";
import { msg } from "../../kit/i18n.js";
import { letterOf, mountShortcuts } from "../../kit/shortcuts.js";

/** Elements in which arrow keys and the space bar have a meaning of their own. */
const OWN = "input, select, textarea, [contenteditable], canvas, .graph, [role=slider], [role=listbox], [role=radiogroup], [role=tablist], dialog, [popover], [data-own-arrows]";

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {import("../../figure/types.js").App} app
 * @param {object} page
 * @param {ReturnType<typeof import("./actions.js").createRunActions>} page.actions
 * @param {ReturnType<typeof import("./walk.js").mountRunWalk>} page.walk
 * @param {ReturnType<typeof import("../picture/stage.js").mountRunStage>} page.stage
 * @param {ReturnType<typeof import("../../figure/picture/zoom.js").createZoom>} page.zoom
 */
export function mountRunKeys(session, app, { actions, walk, stage, zoom }) {
  /** @param {...string} keys */
  const plain = (...keys) => (/** @type {KeyboardEvent} */ event) => !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(letterOf(event));
  const within = (/** @type {KeyboardEvent} */ event, /** @type {string} */ selector) => event.target instanceof Element && event.target.closest(selector) !== null;
  /** @param {string} key */
  const free = (key) => (/** @type {KeyboardEvent} */ event) => plain(key)(event) && !event.shiftKey && !within(event, OWN);

  mountShortcuts(app, [
    {
      keys: ["Space"],
      says: msg("Play or pause the training"),
      matches: (event) => free(" ")(event) && !within(event, "button, summary, a"),
      run: actions.toggle,
    },
    { keys: ["N"], says: msg("One step of training"), matches: plain("n"), run: actions.step },
    { keys: ["→"], says: msg("While paused: next step of the walk; at its end, the update"), matches: free("ArrowRight"), run: walk.next },
    { keys: ["←"], says: msg("Previous step of the walk"), matches: free("ArrowLeft"), run: walk.previous },
    { keys: ["R"], says: msg("Back to the initial weights"), matches: plain("r"), run: actions.reset },
    { keys: ["↑", "↓", "←", "→"], says: msg("In the graph: to the next node or edge") },
    { keys: ["Enter"], says: msg("Select a node; open or close a layer") },
    {
      keys: ["Esc"],
      says: msg("End the walk, clear the selection"),
      matches: (event) => event.key === "Escape" && !document.querySelector(":popover-open"),
      run() {
        if (session.store.get("selected") !== null) app.select(null);
        else session.store.set({ step: null });
      },
    },
    { keys: ["G"], says: msg("Arrows by gradient"), matches: plain("g"), run: stage.pressThick },
    { keys: ["T"], says: msg("Table"), matches: plain("t"), run: stage.pressTable },
    { keys: ["+"], says: msg("Zoom in"), matches: plain("+", "="), run: () => zoom.by(1.3) },
    { keys: ["−"], says: msg("Zoom out"), matches: plain("-", "_"), run: () => zoom.by(1 / 1.3) },
    { keys: ["0"], says: msg("Fit the whole graph"), matches: plain("0"), run: () => zoom.fit(motionDuration(), true) },
    { keys: ["←", "→"], says: msg("On a curve: cursor to the next point; with Shift, ten points") },
    { keys: ["+", "−", "0"], says: msg("On a curve: zoom in, zoom out, the whole run") },
    { keys: ["?"], says: msg("Keyboard shortcuts") },
  ]);
}
