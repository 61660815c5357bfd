/** The session of up to three runs on one page: makes, opens, copies, selects and closes them, and emits their events. */

import { createEmitter } from "../../kit/emitter.js";
import { createRunClient } from "./client.js";

/** @typedef {ReturnType<typeof createRunClient>} Client */
/** @typedef {import("./types.js").RunSession} RunSession */

export const MOST_RUNS = 3;

/**
 * @param {object} page
 * @param {RunSession["call"]} page.call
 * @param {import("./types.js").RunLimits} page.limits
 * @param {import("../../figure/types.js").Store} page.store
 * @param {RunSession["t"]} page.t
 * @param {RunSession["announce"]} page.announce
 * @param {() => import("../../figure/types.js").App} page.figure
 */
export function createRunSession({ call, limits, store, t, announce, figure }) {
  const { on, emit } = /** @type {typeof createEmitter<import("./types.js").SessionEvents>} */ (createEmitter)();
  /** @type {Client[]} */
  let runs = [];
  /** @type {Client | null} */
  let current = null;
  /** @type {import("./types.js").ShownImage | null} */
  let image = null;
  let drawing = 0;

  /*
   * A frame goes back and forth once: the client announces it, and the session fetches it when the screen is drawn.
   * Only the client knows the newest message, and only the session knows when, and whether, it is drawn. So a message
   * that a newer one replaces before that is never read.
   */

  /** Emit at most one frame per animation frame: the newest. */
  function draw() {
    drawing = 0;
    const run = current;
    const frame = run?.takeFrame();
    if (run && frame) emit("frame", { run, frame });
  }

  function drawLater() {
    drawing ||= requestAnimationFrame(draw);
  }

  /**
   * Find a run, whoever owns it: a missing one is no error.
   * @param {string} id
   */
  async function findRun(id) {
    const { runs: found } = await call(`/runs?id=${id}`, { kind: `find ${id}` });
    return found[0] ?? null;
  }

  /** @param {any} made */
  function addClient(made) {
    const taken = new Set(runs.map(({ slot }) => slot));
    const slot = /** @type {const} */ ([0, 1, 2]).find((slot) => !taken.has(slot)) ?? 0;
    const run = createRunClient(made, slot, {
      call,
      find: () => findRun(made.id),
      onFrame: drawLater,
      onStatus: () => emit("status", { run, status: run.status }),
      onEvent: (event) => emit("event", { run, event }),
    });
    runs = [...runs, run].sort((a, b) => a.slot - b.slot);
    return run;
  }

  /** @param {import("./types.js").RunClient} run */
  function select(run) {
    const next = runs.find((one) => one === run);
    if (!next || next === current) return;
    current?.poll();
    current = next;
    next.watch();
    emit("current", next);
    if (image && !("pixels" in image)) showImage(null);
  }

  /** @param {typeof image} next */
  function showImage(next) {
    if (JSON.stringify(next) === JSON.stringify(image)) return;
    image = next;
    emit("image", image);
  }

  return {
    get runs() {
      return runs;
    },
    get current() {
      if (!current) throw new Error("no run has been made yet");
      return current;
    },
    /** Whether any run has been made or opened. */
    get begun() {
      return current !== null;
    },
    get figure() {
      return figure();
    },
    limits,
    store,
    t,
    announce,
    call,
    on,
    select,
    get image() {
      return image;
    },
    showImage,

    /** @type {RunSession["add"]} */
    async add(options = {}) {
      const run = addClient(await call("/runs", { body: options, kind: `make ${runs.length}` }));
      if (current) emit("runs", runs);
      select(run);
      return run;
    },

    /**
     * Open a run of the server. Returns whether it exists.
     * @param {string} id
     */
    async open(id) {
      const made = await findRun(id);
      if (!made) return false;
      const run = addClient(made);
      if (current) {
        emit("runs", runs);
        run.poll();
      } else select(run);
      return true;
    },

    /**
     * Replace some runs by new ones. A refusal changes nothing.
     * @param {readonly import("./types.js").RunClient[]} old
     * @param {[import("./types.js").RunRequest, ...import("./types.js").RunRequest[]]} requests
     */
    async replace(old, [first, ...more]) {
      const made = await call("/runs", { body: first, kind: "make first" });
      const ending = runs.filter((run) => old.includes(run));
      for (const run of ending) run.leave();
      runs = runs.filter((run) => !ending.includes(run));
      if (current && ending.includes(current)) current = null;
      const run = addClient(made);
      select(run);
      emit("runs", runs);
      // Deleting the old runs frees their places for the new ones; one that is gone already does no harm.
      const deleted = ending.filter(({ own, connection }) => own && connection !== "gone");
      await Promise.allSettled(deleted.map((run) => run.call("", { method: "DELETE" })));
      for (const request of more) {
        addClient(await call("/runs", { body: request, kind: "make more" })).poll();
        emit("runs", runs);
      }
    },

    /** @type {RunSession["copy"]} */
    async copy(run) {
      const made = await run.call("/copies", { method: "POST" });
      const watched = runs.find((one) => one === run);
      watched?.leave();
      runs = runs.filter((one) => one !== watched);
      if (current === watched) current = null;
      const copy = addClient(made);
      select(copy);
      emit("runs", runs);
      return copy;
    },

    /** @type {RunSession["close"]} */
    close(run) {
      const closed = runs.find((one) => one === run);
      if (!closed || runs.length === 1) return;
      closed.leave();
      runs = runs.filter((one) => one !== closed);
      // A closed run is not asked any more; it stays on the server.
      if (current === closed) {
        current = null;
        select(/** @type {Client} */ (runs[0]));
      }
      emit("runs", runs);
    },
  };
}
