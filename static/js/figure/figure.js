/** One live graph on a page: its state, picture, zoom and the flow of numbers. */

import { createEmitter } from "../kit/emitter.js";
import { createApi } from "./api.js";
import { createCompanions } from "./companions.js";
import { startGraphFlow } from "./flow.js";
import { mountInteraction } from "./interaction.js";
import { carryOver, moveFrom, readLayout } from "./picture/flip.js";
import { showKinks } from "./picture/kink-marks.js";
import { createCrowd } from "./picture/crowd.js";
import { createFar } from "./picture/far.js";
import { createLetters, smallestLetter } from "./picture/letters.js";
import { createMinimap } from "./picture/minimap.js";
import { createLineWidth, isCutOff, suitedTo, watchNarrow, wholeIn } from "./picture/direction.js";
import { createPictureView } from "./picture/view.js";
import { createWordMark } from "./picture/word-mark.js";
import { createZoom, motionDuration } from "./picture/zoom.js";

/** @typedef {import("./types.js").App} App */

/** Share of the nodes that an edited graph keeps; below it, the graph is another one. */
const KEPT_SHARE = 0.5;

/**
 * @typedef {object} Options
 * @property {import("./types.js").Store} store graph and view state; `lang` is the figure's language
 * @property {import("../kit/types.js").Translate} t
 * @property {App["announce"]} announce
 * @property {import("./types.js").Api} [api] source of graph, numbers and picture; by default the store's program
 * @property {App["edit"]} [edit] applies an edit by hand; by default it only changes the store
 * @property {boolean} [embedded] stands in a scrolling page: Ctrl+wheel zooms, one finger scrolls
 * @property {() => number | undefined} [largest] maximum scale of a small graph fitted to its view
 * @property {() => import("./picture/direction.js").Room} [room] what a picture may take; by default the view's free part
 * @property {() => void} [makeRoom] resizes the view to a new picture, before that is fitted to it
 * @property {HTMLElement | null} [minimap] place of the overview of a large graph
 * @property {HTMLElement | null} [notice] place of the note that a large layout takes long
 * @property {(line: number, column: number) => void} [goToError] called by the mark of a failing statement
 */

/**
 * @param {HTMLElement} canvas an element of class `canvas`, filled by the picture
 * @param {Options} options
 */
export function createFigure(canvas, { store, t, announce, api = createApi(store), edit, ...options }) {
  const { embedded = false, largest, room, makeRoom = () => {}, minimap: minimapPlace = null, notice = null, goToError = () => {} } = options;
  canvas.classList.toggle("embedded", embedded);
  const { on, emit } = /** @type {typeof createEmitter<import("./types.js").AppEvents>} */ (createEmitter)();
  /** @type {import("./answers.js").Graph | null} */
  let graph = null;
  /** @type {import("./answers.js").EdgeKink[]} */
  let kinks = [];

  const picture = createPictureView(canvas, () => graph);
  const zoom = createZoom(canvas, picture, {
    embedded,
    largest,
    onChange(transform) {
      picture.catchUp();
      minimap?.update(transform);
      // A large picture moves as one surface; its letters follow when it rests.
      if (!zoom.isLarge()) letters.update(transform);
    },
    onSettle(transform) {
      letters.update(transform);
      wordMark.update();
    },
  });
  /** @type {() => import("./picture/direction.js").Room} */
  const place = room ?? zoom.free;
  const lines = createLineWidth(place);
  /** The room for which the picture was placed. */
  let placedIn = "";
  const roomKey = () => JSON.stringify([place(), smallestLetter()]);
  const far = createFar(picture);
  const crowd = createCrowd(picture, () => zoom.room(), far);
  const letters = createLetters(picture, () => zoom.room(), far, crowd);
  const wordMark = createWordMark(picture);
  picture.marked = crowd.refresh;
  picture.showPart = crowd.showPart;
  picture.isSeen = (id) => crowd.isSeen(id, zoom.transform);
  picture.nodeAt = crowd.nodeAt;
  const minimap =
    minimapPlace &&
    createMinimap(minimapPlace, picture, zoom.room, (x, y) => {
      const { width, height } = zoom.room();
      const { k } = zoom.transform;
      zoom.move({ k, x: width / 2 - x * k, y: height / 2 - y * k });
    });
  picture.reveal = zoom.reveal;
  picture.fit = () => zoom.fit(motionDuration());

  const companions = createCompanions(
    {
      now: () => performance.now(),
      setTimer: (fn, ms) => window.setTimeout(fn, ms),
      clearTimer: (timer) => window.clearTimeout(timer),
    },
    () => flow.moving,
  );

  /** @type {App} */
  const app = {
    store,
    api,
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
    accompany: companions.add,
    edit: edit ?? ((patch) => store.set(patch)),
    select: (id) => store.set({ selected: id }),
    toggleGroup: (id) => flow.toggleGroup(id),
  };

  /**
   * Return a group's position in the view, at its toggle mark.
   * @param {string} id
   */
  function anchorPlace(id) {
    const group = picture.element(id);
    const box = (group?.querySelector(":scope > .toggle") ?? group)?.getBoundingClientRect();
    const view = canvas.getBoundingClientRect();
    return box ? { x: box.left + box.width / 2 - view.left, y: box.top + box.height / 2 - view.top } : null;
  }

  /**
   * Return the group around a node or a group.
   * @param {string} id
   */
  const groupOf = (id) =>
    graph?.nodes.find((node) => node.id === id)?.group ?? graph?.groups.find((group) => group.id === id)?.parent;

  /**
   * Whether the picture shows another graph than before, not the same one edited.
   * @param {Iterable<string>} before ids of the nodes before
   */
  function isAnother(before) {
    const old = [...before];
    const kept = old.filter((id) => picture.element(id)).length;
    const now = [...picture.elements.values()].filter((element) => element.matches(".node")).length;
    return kept < KEPT_SHARE * Math.max(old.length, now);
  }

  /**
   * Insert a new picture; elements that remain move there from their old place on the screen.
   * @param {string} text
   * @param {string | null} anchor the group just opened or closed
   */
  function showPicture(text, anchor) {
    const before = readLayout(picture.elements);
    const old = zoom.transform;
    const held = anchor === null ? null : anchorPlace(anchor);
    const focused = interaction.hasFocus() ? interaction.current : null;
    const first = picture.svg === null;
    const svg = picture.insert(text);
    // A picture that is cut off shows what is selected.
    markSelected();
    const problem = graph?.error;
    if (problem?.line) {
      const { line, column = 1 } = problem;
      picture.addFailing(t("Line {line}", { line }), problem.detail, () => goToError(line, column));
    }
    makeRoom();
    zoom.attach();
    const now = anchor === null ? null : anchorPlace(anchor);
    const duration = first ? 0 : motionDuration();
    // Either the view moves with the picture, or it jumps so that the group stays under the pointer.
    const jumped = held !== null && now !== null;
    if (!jumped && !first && isAnother(before.places.keys())) zoom.release();
    if (held && now) zoom.hold(now, held, picture.box(anchor ?? ""), duration);
    else zoom.refit(duration);
    const carry = (/** @type {{x: number, y: number}} */ place) => (jumped ? carryOver(place, old, zoom.transform) : place);
    moveFrom(before, picture.elements, { carry, jumped, duration, groupOf });
    minimap?.update(zoom.transform);
    emit("picture", svg);
    if (focused !== null && picture.element(focused)) interaction.focus(focused);
  }

  /** @param {(() => void) | null} stop */
  function showWaiting(stop) {
    if (!notice) return;
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
    notice.replaceChildren(t("The graph is large; its layout takes a while."), button);
    notice.hidden = false;
  }

  function markSelected() {
    const id = store.get("selected");
    picture.mark("selected", id === null ? [] : [id]);
    wordMark.update();
  }

  /**
   * Mark the edges at a kink; none while blanks are filled in, for the mark would tell.
   * @param {{kinks?: import("./answers.js").EdgeKink[]}} [newest]
   */
  function markKinks(newest) {
    if (newest) kinks = newest.kinks ?? [];
    showKinks(picture, t, store.get("labels") === "blanks" ? [] : kinks);
  }

  const interaction = mountInteraction(app, picture, canvas);
  on("values", (values) => store.get("labels") === "numbers" && picture.setValues(values));
  on("values", (values) => {
    if (graph && far.setValues(values, graph)) crowd.recolour();
  });
  on("values", (values) => picture.mark("wrong", values.wrong));
  on("values", markKinks);
  on("values", companions.outrun);
  on("graph", markKinks);
  on("picture", () => markKinks());
  on("picture", markSelected);
  // A program without a graph leaves the last picture, faded.
  on("problem", (problem) => canvas.classList.toggle("stale", problem !== null && problem !== graph?.error));
  store.subscribe(["selected"], markSelected);
  store.subscribe(["mistakes"], ({ mistakes }) => mistakes.length === 0 && picture.mark("wrong", []));

  /** Place the picture anew if it may be seen larger otherwise in the room that it has now. */
  async function replace() {
    const { svg, size } = picture;
    if (!svg || roomKey() === placedIn) return;
    const { letter = smallestLetter(), ...view } = place();
    if (svg.dataset.direction === "down" || Number(svg.dataset.lines) > 1 || isCutOff(size, view, letter)) await flow.redraw();
  }

  /** @type {ReturnType<typeof startGraphFlow>} */
  let flow;
  return {
    app,
    picture,
    zoom,
    letters,

    /** Select a node and bring it into view. @param {string} id inside a closed group, the group is shown */
    goTo(id) {
      /** @type {string | null | undefined} */
      let seen = id;
      while (seen && !picture.element(seen)) seen = groupOf(seen);
      app.select(id);
      if (!seen) return;
      picture.reveal(seen);
      interaction.focus(seen);
    },

    /** Fetch and show the graph. Call once, after all listeners are mounted. */
    start() {
      flow = startGraphFlow(app, {
        setGraph: (fresh) => (graph = fresh),
        showPicture,
        // In a lesson the picture that comes with the page is in one line.
        lineWidth: () => (embedded ? undefined : lines.width()),
        suit(right, ask) {
          placedIn = roomKey();
          return embedded ? wholeIn(right, place(), ask) : suitedTo(right, place(), lines.width(), ask);
        },
        showWaiting,
        askPanels: companions.ask,
      });
      watchNarrow(() => flow.redraw());
      lines.watch(() => (embedded ? replace() : (Number(picture.svg?.dataset.lines) > 1 || lines.areShorter(picture.size)) && flow.redraw()));
    },

    /** Call before a program change that comes from typing. */
    typed: () => flow.typed(),
    replace,
    /** Fetch graph and picture again for the same state. */
    reload: () => flow.reload(),
  };
}
