/** The curves of one run: its history, then the newest frames, bounded in size. No DOM. */

/** @typedef {import("../client/types.js").History} History */
/** @typedef {import("../client/types.js").Mark} Mark */

/**
 * A run's numbers at one step.
 * @typedef {object} Point
 * @property {number} step
 * @property {number} loss mean since the previous point; for live points the batch's
 * @property {number} accuracy of the batch
 * @property {number[]} norms gradient norm of each layer
 * @property {number[]} dead share of dead units in each hidden layer
 */

/** Maximum points of the history, as on the server. */
export const MOST_POINTS = 2000;
/** Maximum points of frames newer than the history. */
export const MOST_LIVE = 240;

/**
 * @param {History} history
 * @param {number} k
 * @returns {Point}
 */
function pointOf(history, k) {
  return {
    step: Number(history.steps[k]),
    loss: Number(history.loss[k]),
    accuracy: Number(history.accuracy[k]),
    norms: (history.gradient_norms[k] ?? []).map(Number),
    dead: (history.dead_units[k] ?? []).map(Number),
  };
}

/**
 * Drop every second item until few enough remain; the last one stays.
 * @template T
 * @param {T[]} items
 * @param {number} most
 */
function thinned(items, most) {
  let kept = items;
  while (kept.length > most) kept = kept.filter((_, k) => (kept.length - 1 - k) % 2 === 0);
  return kept;
}

export function createCurve() {
  let every = 0;
  /** @type {Point[]} */
  let points = [];
  /** @type {Point[]} */
  let live = [];
  /** @type {{step: number, accuracy: number}[]} */
  let tests = [];
  /** @type {Mark[]} */
  let marks = [];
  /** The newest step that the run reported. */
  let newestStep = -1;
  let needsAll = true;
  let version = 0;
  let epoch = 0;

  function clear() {
    epoch += 1;
    every = 0;
    points = [];
    live = [];
    tests = [];
    marks = [];
    needsAll = true;
    version += 1;
  }

  const lastStep = () => points.at(-1)?.step ?? -1;

  return {
    /** Counts changes. */
    get version() {
      return version;
    },
    /** Counts restarts of the run; an answer requested before a restart is useless. */
    get epoch() {
      return epoch;
    },
    /** All points: the history, then the live ones, by step. */
    get points() {
      return live.length ? [...points, ...live] : points;
    },
    get tests() {
      return tests;
    },
    get marks() {
      return marks;
    },
    /** Step of the newest point; −1 without points. */
    get end() {
      return live.at(-1)?.step ?? lastStep();
    },
    /**
     * Step after which history is to be fetched. The last point is fetched again, to check that the answer continues
     * it.
     */
    get after() {
      return needsAll || !points.length ? -1 : lastStep() - 1;
    },
    /** Whether the whole history must be fetched. */
    get needsAll() {
      return needsAll;
    },
    /** Whether the server should have a new point by now. */
    get isBehind() {
      return newestStep >= lastStep() + Math.max(1, every);
    },
    /** Request the whole history again; the known points stay until then. */
    refetch() {
      needsAll = true;
    },

    /**
     * Merge an answer of the server.
     * @param {History} history
     * @param {number} after the step that was requested
     * @returns {boolean} false if it does not continue the known points: then the whole history must be fetched
     */
    merge(history, after) {
      if (after >= 0) {
        const known = points.at(-1);
        const fits =
          !needsAll && known && history.steps[0] === known.step && Object.is(Number(history.loss[0]), known.loss) && history.every >= every;
        if (!fits) {
          needsAll = true;
          return false;
        }
      } else {
        points = [];
        tests = [];
        marks = [];
      }
      every = history.every;
      const from = lastStep();
      const fresh = history.steps.flatMap((step, k) => (step > from ? [pointOf(history, k)] : []));
      points = thinned([...points.filter(({ step }) => step % every === 0), ...fresh], MOST_POINTS);
      const tested = tests.at(-1)?.step ?? -1;
      const freshTests = history.test_steps.flatMap((step, k) =>
        step > tested ? [{ step, accuracy: Number(history.test_accuracy[k]) }] : [],
      );
      tests = thinned([...tests, ...freshTests], MOST_POINTS);
      // All marks after `after` are sent again: one may have been made at a step already fetched.
      marks = [...marks.filter(({ step }) => step <= after), ...history.marks];
      live = after < 0 ? [] : live.filter(({ step }) => step > lastStep());
      needsAll = false;
      version += 1;
      return true;
    },

    /**
     * Set the run's current step. A run that went back is fetched as a whole; one at step 0 has no curves.
     * @param {number} step
     */
    setStep(step) {
      if (step === 0 && (points.length || live.length || tests.length || marks.some((mark) => mark.step > 0))) clear();
      else if (step < newestStep) needsAll = true;
      newestStep = step;
    },

    /** @param {Pick<import("../client/types.js").Frame, "step" | "loss" | "accuracy" | "gradient_norms" | "dead_units">} frame */
    frame({ step, loss, accuracy, gradient_norms, dead_units }) {
      this.setStep(step);
      const end = live.at(-1)?.step ?? lastStep();
      if (step === 0 || step <= end || loss === null || accuracy === null) return;
      const point = { step, loss: Number(loss), accuracy, norms: gradient_norms.map(Number), dead: dead_units.map(Number) };
      live = thinned([...live, point], MOST_LIVE);
      version += 1;
    },
  };
}

/** @typedef {ReturnType<typeof createCurve>} Curve */
