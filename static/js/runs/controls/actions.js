/** Actions on the runs: play, pause, step, reset, on all of this visitor's own at once; copy another person's. */

import { isAbort, isFailedCall } from "../../kit/http.js";
import { countText } from "../client/words.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunClient} RunClient */

/** Steps added when a finished run continues. */
const MORE = 10_000;

/**
 * @param {RunSession} session
 * @param {(run: RunClient, error: unknown) => void} onRefused receives null when a call was accepted
 */
export function createRunActions(session, onRefused) {
  /** @param {RunClient} run @param {() => Promise<unknown>} what */
  async function attempt(run, what) {
    try {
      await what();
      onRefused(run, null);
    } catch (error) {
      if (isAbort(error)) return;
      if (!isFailedCall(error)) throw error;
      onRefused(run, error);
    }
  }

  const isActive = (/** @type {RunClient} */ { status }) => status.state === "running" || status.state === "queued";
  const canStart = (/** @type {RunClient} */ { status, connection }) => connection !== "gone" && status.state !== "failed";

  /** Act on all own runs; nothing happens while the current one belongs to somebody else. @param {(run: RunClient) => Promise<unknown>} what */
  async function all(what) {
    if (!session.current.own) return;
    await Promise.all(session.runs.filter(({ own }) => own).map((run) => attempt(run, () => what(run))));
  }

  return {
    more: MORE,
    attempt,

    /** Play all runs, or pause them all if the current one is active. */
    toggle() {
      if (isActive(session.current)) return all((run) => (isActive(run) ? run.act("pause") : Promise.resolve()));
      return all(async (run) => {
        if (!canStart(run) || isActive(run)) return;
        // A finished run waits for the others, unless it is the current one.
        if (run.status.state === "finished") {
          if (run !== session.current) return;
          await run.patch({ steps: run.status.steps + MORE });
        }
        await run.act("start");
      });
    },
    /** Take one step in each run: forward, backward, update. */
    step: () => all(async (run) => (canStart(run) && run.status.state !== "finished" ? run.act("step") : undefined)),
    /** Reset all runs to their initial weights. */
    reset: () => all((run) => run.act("reset")),
    /** Go on with a copy of the current run, which belongs to somebody else. */
    copy: () => attempt(session.current, async () => {
      const { status } = await session.copy(session.current);
      session.announce(session.t("This copy is yours: it goes on from step {n}.", { n: countText(status.step) }));
    }),
    /** Restart the current run with a tenth of its learning rate. */
    slower() {
      const run = session.current;
      return attempt(run, async () => {
        await run.patch({ learning_rate: Number((run.options.learning_rate / 10).toPrecision(3)) });
        await run.act("reset");
      });
    },
  };
}
