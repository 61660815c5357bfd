/** Keeps what panels say about the numbers of a graph in step with the numbers themselves. No DOM. */

import { ignoreFailedCall, isAbort } from "../kit/http.js";

/** Time of an answer up to which the numbers wait for it, in milliseconds. */
const QUICK = 60;
/** Pause after new numbers before what came too late is fetched, in milliseconds. */
const PAUSE = 120;

/**
 * What a panel shows of the numbers.
 * @typedef {object} Companion
 * @property {() => boolean} seen whether it shows anything
 * @property {() => Promise<() => void>} ask asks for it, and returns how to show the answer
 * @property {(late: boolean) => void} late called when the panel shows older numbers than the picture, and when it has caught up
 */

/**
 * Quick answers are shown in the same frame as the numbers they belong to. A slow one follows when the numbers rest.
 * @param {object} clock
 * @param {() => number} clock.now in milliseconds
 * @param {(fn: () => void, ms: number) => number} clock.setTimer
 * @param {(timer: number) => void} clock.clearTimer
 * @param {() => boolean} [moving] whether newer numbers than those shown have been asked for
 */
export function createCompanions({ now, setTimer, clearTimer }, moving = () => false) {
  /** Time that the last answer took, by companion. @type {Map<Companion, number>} */
  const times = new Map();
  /** @type {Set<Companion>} */
  const late = new Set();
  /** Counts the numbers shown; an answer to older ones is dropped. */
  let turn = 0;
  let timer = 0;

  /** @param {Companion} companion @param {() => void} [onEnded] called if a newer call of the same panel ended this one */
  async function ask(companion, onEnded) {
    const since = now();
    /** @type {(() => void) | void} */
    const show = await companion.ask().catch((error) => {
      ignoreFailedCall(error);
      if (isAbort(error)) onEnded?.();
    });
    times.set(companion, now() - since);
    return () => {
      if (!show) return;
      late.delete(companion);
      show();
      companion.late(false);
    };
  }

  /** @returns {Promise<() => void>} after the time that numbers wait */
  const tooLate = () => new Promise((resolve) => setTimer(() => resolve(() => {}), QUICK));

  async function catchUp() {
    const mine = turn;
    // What is asked for now would be about numbers that are not shown yet.
    let again = moving();
    const waiting = [...(again ? [] : late)].map(async (companion) => {
      // Whether the newer call that ends this one is for these numbers is not known here.
      const show = await ask(companion, () => (again = true));
      if (mine !== turn) return;
      if (moving()) again = true;
      else show();
    });
    await Promise.all(waiting);
    if (again && mine === turn) timer = setTimer(catchUp, PAUSE);
  }

  return {
    /** @param {Companion} companion */
    add: (companion) => void times.set(companion, 0),

    /** Ask for what belongs to the numbers being asked for now; return how to show all of it beside them. */
    async ask() {
      const quick = [...times].filter(([companion, time]) => time <= QUICK && companion.seen());
      const shows = await Promise.all(quick.map(([companion]) => Promise.race([ask(companion), tooLate()])));
      return () => shows.forEach((show) => show());
    },

    /** Call when other numbers are shown: what panels say belongs to older ones. */
    outrun() {
      turn += 1;
      for (const companion of times.keys()) {
        if (!late.has(companion)) companion.late(true);
        late.add(companion);
      }
      clearTimer(timer);
      timer = setTimer(catchUp, PAUSE);
    },
  };
}
