/** What a screen reader hears of the run: every change of state, and how well it does now and then. */

import { spoken } from "../client/words.js";

/** Between two reports of a run under way, in milliseconds. */
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
