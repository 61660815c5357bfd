/** Moves of a walk of n steps, by key, button or clock. No DOM. */

/** Duration of a step at speed 1, in milliseconds: long enough to read its sentence. */
export const STEP_TIME = 2000;

export const SPEEDS = /** @type {const} */ ([0.5, 1, 2, 4]);

/** @typedef {"first" | "previous" | "next" | "last"} Move */

/**
 * Return the step that a move leads to. `null` is no walk (everything shown), 0 the moment before step 1.
 * @param {Move} move
 * @param {number | null} step
 * @param {number} count
 * @returns {number | null}
 */
export function stepAfter(move, step, count) {
  if (count === 0) return null;
  switch (move) {
    case "first":
      return 0;
    case "last":
      return count;
    case "next":
      return step === null ? 1 : Math.min(step + 1, count);
    case "previous":
      return step === null ? count : Math.max(step - 1, 0);
  }
}

/** @type {Readonly<Record<string, Move>>} */
export const KEY_MOVES = Object.freeze({ ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" });

/**
 * Create a clock that ticks while playing. Timers are parameters, so that tests can set the time.
 * @param {object} options
 * @param {() => boolean} options.tick moves one step on; false at the end
 * @param {(playing: boolean) => void} options.onChange
 * @param {(fn: () => void, ms: number) => number} options.setTimer
 * @param {(timer: number) => void} options.clearTimer
 */
export function createClock({ tick, onChange, setTimer, clearTimer }) {
  /** @type {number | null} */
  let timer = null;
  let speed = 1;

  function plan() {
    timer = setTimer(() => {
      if (tick()) plan();
      else stop();
    }, STEP_TIME / speed);
  }

  function stop() {
    if (timer === null) return;
    clearTimer(timer);
    timer = null;
    onChange(false);
  }

  return {
    get playing() {
      return timer !== null;
    },
    /** The first step follows at once. */
    play() {
      if (timer !== null) return;
      if (!tick()) return;
      plan();
      onChange(true);
    },
    stop,
    /** @param {number} factor */
    setSpeed(factor) {
      speed = factor;
      if (timer === null) return;
      clearTimer(timer);
      plan();
    },
  };
}
