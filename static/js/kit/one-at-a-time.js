/** One call at a time: of those asked for while one is on its way, only the newest is made. No DOM. */

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
  /** What was asked for before it is of no interest any more. */
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
    /** Forgets what waits, and the answer that is still to come. */
    drop() {
      dropped += 1;
      next = null;
    },
    get busy() {
      return busy;
    },
  };
}
