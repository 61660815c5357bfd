/** Keeps the curves of all runs current, from frames and from the server's history. */

import { isAbort } from "../../kit/http.js";
import { createCurve } from "./curve.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunClient} RunClient */
/** @typedef {import("./curve.js").Curve} Curve */

/** Interval of fetching history, and delay after a failed call, in milliseconds. */
const [PACE, REST] = [300, 2000];

/**
 * @typedef {object} Entry
 * @property {Curve} curve
 * @property {boolean} busy
 * @property {number} notBefore
 * @property {boolean} wanted
 * @property {string} seenState state, options and connection when history was last requested
 */

/** @type {WeakMap<RunSession, ReturnType<typeof createFeed>>} */
const feeds = new WeakMap();

/** Return the session's feed, one for all charts. @param {RunSession} session */
export function feedOf(session) {
  const known = feeds.get(session);
  if (known) return known;
  const feed = createFeed(session);
  feeds.set(session, feed);
  return feed;
}

/** @param {RunSession} session */
function createFeed(session) {
  /** @type {Map<RunClient, Entry>} */
  const entries = new Map();
  /** @type {Set<() => void>} */
  const watchers = new Set();
  const notify = () => watchers.forEach((fn) => fn());

  /** @param {RunClient} run */
  function entryOf(run) {
    let entry = entries.get(run);
    if (!entry) entries.set(run, (entry = { curve: createCurve(), busy: false, notBefore: 0, wanted: true, seenState: "" }));
    return entry;
  }

  /** @param {RunClient} run */
  async function fetchHistory(run) {
    const entry = entryOf(run);
    const { curve } = entry;
    const { after, epoch } = curve;
    entry.busy = true;
    entry.wanted = false;
    try {
      const history = await run.history(after);
      if (curve.epoch !== epoch || !curve.merge(history, after)) entry.wanted = true;
      else notify();
    } catch (error) {
      entry.wanted = true;
      if (!isAbort(error)) entry.notBefore = performance.now() + REST;
    } finally {
      entry.busy = false;
    }
  }

  function fetchAll() {
    if (document.hidden) return;
    for (const run of session.runs) {
      const entry = entryOf(run);
      if (run.connection === "gone" || entry.busy || performance.now() < entry.notBefore) continue;
      // A failed run may stand at a step without a point.
      if (entry.wanted || entry.curve.needsAll || (entry.curve.isBehind && run.status.state !== "failed")) fetchHistory(run);
    }
  }

  session.on("status", ({ run, status }) => {
    const entry = entryOf(run);
    const { version } = entry.curve;
    entry.curve.setStep(status.step);
    // Changes are marked, and a finished run has a last point and test: only the history has them.
    const state = JSON.stringify([status.state, status.options, run.connection]);
    if (state !== entry.seenState) {
      entry.seenState = state;
      entry.wanted = true;
      notify();
    } else if (entry.curve.version !== version) notify();
  });
  session.on("frame", ({ run, frame }) => {
    entryOf(run).curve.frame(frame);
    notify();
  });
  session.on("event", ({ run }) => {
    entryOf(run).curve.refetch();
    notify();
  });
  session.on("runs", () => {
    for (const run of entries.keys()) if (!session.runs.includes(run)) entries.delete(run);
    fetchAll();
    notify();
  });
  session.on("current", notify);
  window.setInterval(fetchAll, PACE);
  document.addEventListener("visibilitychange", fetchAll);
  fetchAll();

  return {
    /** @param {RunClient} run */
    curve: (run) => entryOf(run).curve,
    /** The runs as charts take them. @returns {import("./lines.js").Drawn[]} */
    drawn: () =>
      session.runs.map((run) => ({
        name: run.name,
        slot: run.slot,
        current: run === session.current,
        activation: run.options.activation,
        curve: entryOf(run).curve,
      })),
    /** Call `fn` whenever there may be something new to draw. @param {() => void} fn */
    watch: (fn) => watchers.add(fn),
  };
}
