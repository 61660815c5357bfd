/** Announces a run to screen readers: every change of state, and its progress now and then. */

import { spoken } from "../client/words.js";

/** Interval of progress reports, in milliseconds. */
const SELDOM = 15_000;

/** @param {import("../client/types.js").RunSession} session */
export function mountRunVoice(session) {
  let { state } = session.current.status;
  let { id } = session.current;
  let saidAt = performance.now();

  session.on("status", ({ run, status }) => {
    if (run !== session.current) return;
    const same = run.id === id && status.state === state;
    if (same && (status.state !== "running" || performance.now() - saidAt < SELDOM)) return;
    [id, state, saidAt] = [run.id, status.state, performance.now()];
    session.announce(spoken(run.name, status, session.t));
  });
}
