/** What a person does with the runs: play, pause, step, reset; with all of them at once where several are compared. */

import { isAbort, isFailedCall } from "../../kit/http.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunClient} RunClient */

/** Steps that a finished run is given when it shall go on. */
const MORE = 10_000;

/**
 * @param {RunSession} session
 * @param {(run: RunClient, error: unknown) => void} onRefused told null when something was taken
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

  /** @param {(run: RunClient) => Promise<unknown>} what */
  const all = (what) => Promise.all(session.runs.map((run) => attempt(run, () => what(run))));

  return {
    more: MORE,
    attempt,

    /** Plays all runs, or pauses them all where the one looked at is on its way. */
    toggle() {
      if (isActive(session.current)) return all((run) => (isActive(run) ? run.act("pause") : Promise.resolve()));
      return all(async (run) => {
        if (!canStart(run) || isActive(run)) return;
        // Of several that are compared one that is done waits for the others.
        if (run.status.state === "finished") {
          if (run !== session.current) return;
          await run.patch({ steps: run.status.steps + MORE });
        }
        await run.act("start");
      });
    },
    /** One step of each: forward, backward, update. */
    step: () => all(async (run) => (canStart(run) && run.status.state !== "finished" ? run.act("step") : undefined)),
    /** Back to the first weights. */
    reset: () => all((run) => run.act("reset")),
    /** The run that is looked at again, from its first weights, with a tenth of its learning rate. */
    slower() {
      const run = session.current;
      return attempt(run, async () => {
        await run.patch({ learning_rate: Number((run.options.learning_rate / 10).toPrecision(3)) });
        await run.act("reset");
      });
    },
  };
}
