/** The curves of one run as the page keeps them: history, the newest frames at its end, bounded however long. No DOM. */

/** @typedef {import("../client/types.js").History} History */
/** @typedef {import("../client/types.js").Mark} Mark */

/**
 * What is known of a run at one step.
 * @typedef {object} Point
 * @property {number} step
 * @property {number} loss mean of the steps since the point before; at the live end that of the batch
 * @property {number} accuracy of the batch
 * @property {number[]} norms of each layer's gradient
 * @property {number[]} dead share of each hidden layer's units
 */

/** Points kept of the history: as many as the server keeps. */
export const MOST_POINTS = 2000;
/** Points kept of the frames that are newer than the history. */
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
 * Every second goes, until few enough are left; the last stays.
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
  /** The step that was newestStep last. */
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
    /** Rises with every change. */
    get version() {
      return version;
    },
    /** Rises when a run begins anew: an answer that was asked for before is of no use. */
    get epoch() {
      return epoch;
    },
    /** History first, then what is newer; steps rise. */
    get points() {
      return live.length ? [...points, ...live] : points;
    },
    get tests() {
      return tests;
    },
    get marks() {
      return marks;
    },
    /** The newest step of which there is a point; −1 where there is none. */
    get end() {
      return live.at(-1)?.step ?? lastStep();
    },
    /** The step behind which history is wanted. The last point is asked for again: by it the answer is known to fit. */
    get after() {
      return needsAll || !points.length ? -1 : lastStep() - 1;
    },
    /** Whether all of it must be asked for. */
    get needsAll() {
      return needsAll;
    },
    /** Whether the server should have a new point by the step that was newestStep last. */
    get isBehind() {
      return newestStep >= lastStep() + Math.max(1, every);
    },
    /** Ask for all of it again; what is known stays until then. */
    refetch() {
      needsAll = true;
    },

    /**
     * Takes an answer of the server in.
     * @param {History} history
     * @param {number} after what was asked
     * @returns {boolean} false where it does not go on from what is known: then all of it must be asked for
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
      // All marks behind `after` come again: one may stand at a step that had been asked for before it was made.
      marks = [...marks.filter(({ step }) => step <= after), ...history.marks];
      live = after < 0 ? [] : live.filter(({ step }) => step > lastStep());
      needsAll = false;
      version += 1;
      return true;
    },

    /**
     * Where the run stands now, by a frame or by any answer. A run that went back is asked for needsAll; one that stands at
     * its beginning has no curves.
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
