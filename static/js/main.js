/** Starts the workbench: one figure that fills the page, and the parts around it. */

import { createApi } from "./figure/api.js";
import { mountCopyLink } from "./figure/copy-link.js";
import { createFigure } from "./figure/figure.js";
import { readFirstAnswers } from "./figure/first-answers.js";
import { motionDuration } from "./figure/picture/zoom.js";
import { bootState, readState } from "./figure/state.js";
import { createAnnouncer } from "./kit/announce.js";
import { installRadioKeys, mountAppearance } from "./kit/appearance.js";
import { installDecimalComma } from "./kit/decimal-comma.js";
import { createTranslator, msg } from "./kit/i18n.js";
import { byId, readData } from "./kit/page-data.js";
import { ROOT } from "./kit/root.js";
import { letterOf, mountShortcuts } from "./kit/shortcuts.js";
import { createStore } from "./kit/store.js";
import { mountInputs } from "./panels/inputs.js";
import { mountSearch } from "./panels/search.js";
import { createLocationSync } from "./workbench/address-bar.js";
import { mountExamples } from "./workbench/examples.js";
import { mountFolds } from "./workbench/folds.js";
import { mountLabels } from "./workbench/labels.js";
import { mountLateEditor } from "./workbench/late-editor.js";
import { parts } from "./workbench/parts.js";
import { mountStale } from "./workbench/stale.js";
import { mountSheet } from "./workbench/sheet.js";
import { mountTour } from "./workbench/tour.js";
import { mountTranslation } from "./workbench/translation.js";
import { createUndo } from "./workbench/undo.js";

let defaults = bootState(readData("boot"));
const address = createLocationSync(defaults);
const store = createStore(readState(location.search, defaults), address.changed);
address.start(store);

const t = createTranslator(readData("messages"), () => store.get("lang"));
const announce = createAnnouncer(byId("announcer"));
const { undo, redo, edit, amend } = createUndo(store, announce, t);

const figure = createFigure(byId("canvas"), {
  store,
  api: createApi(store, readFirstAnswers()),
  t,
  announce,
  edit,
  minimap: byId("minimap"),
  notice: byId("notice"),
  goToError: (line, column) => editor.goTo(line, column),
});
export const { app } = figure;
const { zoom } = figure;

function showTable() {
  const table = byId("table-view");
  const button = byId("table-button");
  table.hidden = !table.hidden;
  button.setAttribute("aria-pressed", String(!table.hidden));
  byId("canvas").inert = !table.hidden;
  table.dispatchEvent(new CustomEvent(table.hidden ? "hide" : "show"));
}

mountAppearance(app, msg("Chainrule: forward values and backward gradients on one graph"));
installRadioKeys(document);
installDecimalComma(document);
mountLabels(app);
const { toggleLeft, toggleRight } = mountFolds(app, { changing: zoom.wait });
mountSheet(app);
const editor = mountLateEditor(app, { typed: figure.typed, undo, redo });
mountTranslation(app);
mountInputs(app, byId("inputs"), { output: true, amend });
mountExamples(app, {
  // A saved link keeps the comments of its program.
  firstProgram: location.pathname === `${ROOT}/` ? defaults.program : "",
  setFirstProgram(program) {
    defaults = { ...defaults, program };
    address.setDefaults(defaults);
  },
  opened: zoom.release,
  amend,
});
mountStale(app);
mountCopyLink(app, address.link);
// A notice about the address that was opened stays until something is done.
for (const act of ["pointerdown", "keydown"]) addEventListener(act, () => (byId("notice").hidden = true), { once: true });
const openSearch = mountSearch(app, figure.goTo);
byId("zoom-in").addEventListener("click", () => zoom.by(1.3));
byId("zoom-out").addEventListener("click", () => zoom.by(1 / 1.3));
byId("zoom-fit").addEventListener("click", () => zoom.fit(motionDuration(), true));
byId("table-button").addEventListener("click", showTable);

/** @param {...string} keys */
const plain = (...keys) => (/** @type {KeyboardEvent} */ event) => !event.ctrlKey && !event.metaKey && !event.altKey && keys.includes(letterOf(event));
/** @param {string} key @param {boolean} [shift] */
const command = (key, shift = false) => (/** @type {KeyboardEvent} */ event) =>
  (event.ctrlKey || event.metaKey) && event.shiftKey === shift && letterOf(event) === key;

mountShortcuts(app, [
  { keys: ["/"], says: msg("Search the graph"), matches: plain("/"), run: openSearch },
  { keys: ["←", "→"], says: msg("Previous or next step; in the graph, previous or next node") },
  { keys: ["↑", "↓"], says: msg("In the graph, the edges of a node") },
  { keys: ["Enter"], says: msg("Select a node; open or close a layer") },
  { keys: ["Space"], says: msg("Play or pause; in the graph, select") },
  {
    keys: ["Esc"],
    says: msg("Clear the selection"),
    // Escape closes an open menu first.
    matches: (event) => event.key === "Escape" && !document.querySelector(":popover-open"),
    run: () => app.select(null),
  },
  { keys: ["+"], says: msg("Zoom in"), matches: plain("+", "="), run: () => zoom.by(1.3) },
  { keys: ["−"], says: msg("Zoom out"), matches: plain("-", "_"), run: () => zoom.by(1 / 1.3) },
  { keys: ["0"], says: msg("Fit the whole graph"), matches: plain("0"), run: () => zoom.fit(motionDuration(), true) },
  { keys: ["Ctrl", "Z"], says: msg("Undo"), matches: command("z"), run: undo },
  { keys: ["Ctrl", "Shift", "Z"], says: msg("Redo"), matches: command("z", true), run: redo },
  { keys: ["["], says: msg("Left panel"), matches: plain("["), run: toggleLeft },
  { keys: ["]"], says: msg("Right panel"), matches: plain("]"), run: toggleRight },
  { keys: ["T"], says: msg("Table"), matches: plain("t"), run: showTable },
  { keys: ["?"], says: msg("Keyboard shortcuts") },
]);

for (const part of parts) part.mount(app);
for (const event of /** @type {const} */ (["picture", "problem"])) app.on(event, () => document.getElementById("first-picture")?.remove());
mountTour(app);

figure.start();
