/** The curves of all runs of the page, kept up to date: by the frames that come anyway, and by the server's history. */

import { isAbort } from "../../kit/http.js";
import { createCurve } from "./curve.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunClient} RunClient */
/** @typedef {import("./curve.js").Curve} Curve */

/** History is asked for so often, and after a failed call so much later, in milliseconds. */
const [PACE, REST] = [300, 2000];

/**
 * @typedef {object} Kept
 * @property {Curve} curve
 * @property {boolean} busy
 * @property {number} notBefore
 * @property {boolean} wanted
 * @property {string} stood state, options and connection when it was told last
 */

/** @type {WeakMap<RunSession, ReturnType<typeof createFeed>>} */
const feeds = new WeakMap();

/** One feed a session, for all that show curves. @param {RunSession} session */
export function feedOf(session) {
  const known = feeds.get(session);
  if (known) return known;
  const feed = createFeed(session);
  feeds.set(session, feed);
  return feed;
}

/** @param {RunSession} session */
function createFeed(session) {
  /** @type {Map<RunClient, Kept>} */
  const kept = new Map();
  /** @type {Set<() => void>} */
  const watchers = new Set();
  const tell = () => watchers.forEach((fn) => fn());

  /** @param {RunClient} run */
  function of(run) {
    let entry = kept.get(run);
    if (!entry) kept.set(run, (entry = { curve: createCurve(), busy: false, notBefore: 0, wanted: true, stood: "" }));
    return entry;
  }

  /** @param {RunClient} run */
  async function ask(run) {
    const entry = of(run);
    const { curve } = entry;
    const { after, epoch } = curve;
    entry.busy = true;
    entry.wanted = false;
    try {
      const history = await run.history(after);
      if (curve.epoch !== epoch || !curve.merge(history, after)) entry.wanted = true;
      else tell();
    } catch (error) {
      entry.wanted = true;
      if (!isAbort(error)) entry.notBefore = performance.now() + REST;
    } finally {
      entry.busy = false;
    }
  }

  function askAll() {
    if (document.hidden) return;
    for (const run of session.runs) {
      const entry = of(run);
      if (run.connection === "gone" || entry.busy || performance.now() < entry.notBefore) continue;
      // A run that failed stands at a step that may have no point.
      if (entry.wanted || entry.curve.unsure || (entry.curve.wanting && run.status.state !== "failed")) ask(run);
    }
  }

  session.on("status", ({ run, status }) => {
    const entry = of(run);
    const { version } = entry.curve;
    entry.curve.stand(status.step);
    // What was changed is marked, and what ended has its last point and test: only the history knows.
    const stands = JSON.stringify([status.state, status.options, run.connection]);
    if (stands !== entry.stood) {
      entry.stood = stands;
      entry.wanted = true;
      tell();
    } else if (entry.curve.version !== version) tell();
  });
  session.on("frame", ({ run, frame }) => {
    of(run).curve.frame(frame);
    tell();
  });
  session.on("event", ({ run }) => {
    of(run).curve.doubt();
    tell();
  });
  session.on("runs", () => {
    for (const run of kept.keys()) if (!session.runs.includes(run)) kept.delete(run);
    askAll();
    tell();
  });
  session.on("current", tell);
  window.setInterval(askAll, PACE);
  document.addEventListener("visibilitychange", askAll);
  askAll();

  return {
    /** @param {RunClient} run */
    curve: (run) => of(run).curve,
    /** The runs as charts see them. @returns {import("./lines.js").Drawn[]} */
    drawn: () =>
      session.runs.map((run) => ({
        name: run.name,
        slot: run.slot,
        current: run === session.current,
        activation: run.options.activation,
        curve: of(run).curve,
      })),
    /** Calls when there is something new to draw, often. @param {() => void} fn */
    watch: (fn) => watchers.add(fn),
  };
}
