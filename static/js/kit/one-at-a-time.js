/** Runs one call at a time; of the calls requested meanwhile, only the newest follows. No DOM. */

/**
 * @template A, R
 * @param {(argument: A) => Promise<R>} call
 * @param {(answer: R, argument: A) => void} onAnswer
 * @param {(error: unknown, argument: A) => void} onError
 */
export function oneAtATime(call, onAnswer, onError) {
  let busy = false;
  /** @type {{argument: A} | null} */
  let next = null;
  /** Counts drops; the answer to a call made before a drop is ignored. */
  let dropped = 0;

  /** @param {A} argument */
  async function ask(argument) {
    if (busy) {
      next = { argument };
      return;
    }
    busy = true;
    const turn = dropped;
    try {
      const answer = await call(argument);
      if (turn === dropped) onAnswer(answer, argument);
    } catch (error) {
      if (turn === dropped) onError(error, argument);
    } finally {
      busy = false;
      const waiting = next;
      next = null;
      if (waiting) void ask(waiting.argument);
    }
  }

  return {
    ask,
    /** Drop the waiting call, and the answer still to come. */
    drop() {
      dropped += 1;
      next = null;
    },
    get busy() {
      return busy;
    },
  };
}
