/** Starts the workbench: builds the `app` object and mounts its parts. */

import { createAnnouncer } from "./announce.js";
import { createApi } from "./api.js";
import { installRadioKeys, mountAppearance } from "./appearance.js";
import { mountCopyLink } from "./copy-link.js";
import { mountEditor } from "./editor.js";
import { createEmitter } from "./emitter.js";
import { mountExamples } from "./examples.js";
import { carryOver, moveFrom, readLayout } from "./flip.js";
import { mountFolds } from "./folds.js";
import { startGraphFlow } from "./graph-flow.js";
import { mountGraphHands } from "./graph-hands.js";
import { createTranslator, msg } from "./i18n.js";
import { mountInputs } from "./inputs.js";
import { mountLabels } from "./labels.js";
import { createLocationSync } from "./location-sync.js";
import { createMinimap } from "./minimap.js";
import { parts } from "./parts.js";
import { createPictureView } from "./picture-view.js";
import { showScale } from "./picture-scale.js";
import { mountSearch } from "./search.js";
import { letterOf, mountShortcuts } from "./shortcuts.js";
import { initialState, readState } from "./state.js";
import { createStore } from "./store.js";
import { createUndo } from "./undo.js";
import { createZoom, motionDuration } from "./zoom.js";

/** @typedef {import("./types.js").App} App */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
const readData = (id) => JSON.parse(byId(id).textContent ?? "null");

let defaults = initialState(readData("boot"));
const address = createLocationSync(defaults);
const store = createStore(readState(location.search, defaults), address.changed);
address.start(store);
const { on, emit } = createEmitter();

const canvas = byId("canvas");
/** @type {import("./types.js").Graph | null} */
let graph = null;

const picture = createPictureView(canvas, () => graph);
const zoom = createZoom(
  canvas,
  picture,
  (transform) => minimap.update(transform),
  ({ k }) => showScale(picture.svg, k),
);
const minimap = createMinimap(picture, zoom.room, (x, y) => {
  const { width, height } = zoom.room();
  const { k } = zoom.transform;
  zoom.move({ k, x: width / 2 - x * k, y: height / 2 - y * k });
});
picture.reveal = zoom.reveal;
picture.fit = () => zoom.fit(motionDuration());

const t = createTranslator(readData("messages"), () => store.get("lang"));
const announce = createAnnouncer(byId("announcer"));
const { undo, redo, edit, amend } = createUndo(store, announce, t);

/** @type {App} */
export const app = {
  store,
  api: createApi(store),
  view: picture,
  t,
  announce,
  get graph() {
    return graph;
  },
  get mode() {
    return store.get("labels") === "blanks" ? "quiz" : store.get("step") !== null ? "step" : "explore";
  },
  on,
  emit,
  edit,
  select: (id) => store.set({ selected: id }),
  toggleGroup: (id) => flow.toggleGroup(id),
};

/**
 * Where a group's box stands in the view: its mark stays under the pointer that clicked it.
 * @param {string} id
 */
function anchorPlace(id) {
  const group = picture.element(id);
  const box = (group?.querySelector(":scope > .toggle") ?? group)?.getBoundingClientRect();
  const view = canvas.getBoundingClientRect();
  return box ? { x: box.left + box.width / 2 - view.left, y: box.top + box.height / 2 - view.top } : null;
}

/**
 * The group around a node or a group.
 * @param {string} id
 */
const groupOf = (id) =>
  graph?.nodes.find((node) => node.id === id)?.group ?? graph?.groups.find((group) => group.id === id)?.parent;

/**
 * Puts a new picture in place: what stayed moves there from where it was on the screen.
 * @param {string} text
 * @param {string | null} anchor the group just opened or closed
 */
function showPicture(text, anchor) {
  const before = readLayout(picture.elements);
  const old = zoom.transform;
  const held = anchor === null ? null : anchorPlace(anchor);
  const focused = hands.hasFocus() ? hands.current : null;
  const first = picture.svg === null;
  const svg = picture.insert(text);
  const problem = graph?.error;
  if (problem?.line) {
    const { line, column = 1 } = problem;
    picture.addFailing(t("Line {line}", { line }), problem.detail, () => editor.goTo(line, column));
  }
  zoom.attach();
  const now = anchor === null ? null : anchorPlace(anchor);
  const duration = first ? 0 : motionDuration();
  // Either the view moves with the picture, or it is set at once so that the group stays under the pointer.
  const jumped = held !== null && now !== null;
  if (held && now) zoom.hold(now, held);
  else zoom.refit(duration);
  const carry = (/** @type {{x: number, y: number}} */ place) => (jumped ? carryOver(place, old, zoom.transform) : place);
  moveFrom(before, picture.elements, { carry, jumped, duration, groupOf });
  minimap.update(zoom.transform);
  emit("picture", svg);
  if (focused !== null && picture.element(focused)) hands.focus(focused);
}

/** @param {(() => void) | null} stop */
function showWaiting(stop) {
  const notice = byId("notice");
  if (!stop) {
    if (notice.classList.contains("waiting")) notice.hidden = true;
    notice.classList.remove("waiting");
    return;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "boxed";
  button.textContent = t("Stop");
  button.addEventListener("click", stop);
  notice.classList.add("waiting");
  notice.replaceChildren(t("The graph is large: placing it takes a while."), button);
  notice.hidden = false;
}

function markSelected() {
  const id = store.get("selected");
  picture.mark("selected", id === null ? [] : [id]);
}

/** @param {string} id a node may stand inside a closed group: then the group is what can be seen */
function goTo(id) {
  /** @type {string | null | undefined} */
  let seen = id;
  while (seen && !picture.element(seen)) seen = groupOf(seen);
  app.select(id);
  if (!seen) return;
  picture.reveal(seen);
  hands.focus(seen);
}

function showTable() {
  const table = byId("table-view");
  const button = byId("table-button");
  table.hidden = !table.hidden;
  button.setAttribute("aria-pressed", String(!table.hidden));
  byId("canvas").inert = !table.hidden;
  table.dispatchEvent(new CustomEvent(table.hidden ? "hide" : "show"));
}

const hands = mountGraphHands(app, picture, canvas);
on("values", (values) => store.get("labels") === "numbers" && picture.setValues(values));
on("values", (values) => picture.mark("wrong", values.wrong));
on("picture", markSelected);
// A program with no graph at all leaves the last picture, faint.
on("problem", (problem) => canvas.classList.toggle("stale", problem !== null && problem !== graph?.error));
store.subscribe(["selected"], markSelected);
store.subscribe(["mistakes"], ({ mistakes }) => mistakes.length === 0 && picture.mark("wrong", []));

mountAppearance(app);
installRadioKeys(document);
mountLabels(app);
const { toggleLeft, toggleRight } = mountFolds();
const editor = mountEditor(app, { typed: () => flow.typed(), undo, redo });
mountInputs(app, amend);
mountExamples(app, {
  // A saved link keeps its program's comments as they were saved.
  firstProgram: location.pathname === "/" ? defaults.program : "",
  setFirstProgram(program) {
    defaults = { ...defaults, program };
    address.setDefaults(defaults);
  },
  opened: zoom.release,
  amend,
});
mountCopyLink(app, address.link);
const openSearch = mountSearch(app, goTo);
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
  { keys: ["←", "→"], says: msg("A step back or on; in the graph, the node before or after") },
  { keys: ["↑", "↓"], says: msg("In the graph, the edges of a node") },
  { keys: ["Enter"], says: msg("Select a node; open or close a layer") },
  { keys: ["Space"], says: msg("Play or pause; in the graph, select") },
  {
    keys: ["Esc"],
    says: msg("Clear the selection"),
    // An open menu is what Escape closes then.
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

const flow = startGraphFlow(app, {
  setGraph: (fresh) => (graph = fresh),
  showPicture,
  showWaiting,
});
