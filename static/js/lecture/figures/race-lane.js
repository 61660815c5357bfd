/** One way of a race to all slopes: how far it has come at each tick of the common clock. No DOM. */

/** @typedef {import("../../figure/answers.js").RaceAnswer} RaceAnswer */
/** @typedef {import("../../figure/answers.js").RacePass} RacePass */
/**
 * @typedef {object} Mark
 * @property {number} done passes done
 * @property {number} multiplications counted so far
 * @property {number} known slopes found so far
 * @property {RacePass | null} last the last pass
 * @property {import("../../figure/answers.js").RaceSlope[]} slopes those found that are named
 */
/**
 * @typedef {object} Lane
 * @property {"numerical" | "forward" | "reverse"} way
 * @property {number} passes to all slopes
 * @property {number} slopes in all
 * @property {Mark[]} marks by tick; the first is the start
 */

/** Ticks of the clock in a whole race, at most. */
export const TICKS = 40;
/** Slopes that are named. */
const NAMED = 6;

/** @type {Mark} */
const START = { done: 0, multiplications: 0, known: 0, last: null, slopes: [] };

/**
 * @param {Lane["way"]} way
 * @param {Pick<RaceAnswer, "passes" | "slopes">} answer
 * @returns {Lane}
 */
export const createLane = (way, { passes, slopes }) => ({ way, passes, slopes, marks: [START] });

/** Passes of each way in one tick. @param {Lane[]} lanes */
export const paceOf = (lanes) => Math.max(1, Math.ceil(Math.max(...lanes.map(({ passes }) => passes)) / TICKS));

/** The tick at which all ways are done. @param {Lane[]} lanes */
export const lastTick = (lanes) => Math.ceil(Math.max(...lanes.map(({ passes }) => passes)) / paceOf(lanes));

/** How far a way is at a tick; at one not run yet, as far as it has come. @param {Lane} lane @param {number} tick */
export const markAt = ({ marks }, tick) => marks[Math.min(tick, marks.length - 1)] ?? START;

/** Passes that a way does by a tick. @param {Lane} lane @param {number} tick @param {number} pace */
export const target = ({ passes }, tick, pace) => Math.min(passes, tick * pace);

/**
 * Return how far a way is after the passes of an answer.
 * @param {Mark} before
 * @param {RaceAnswer} answer
 * @returns {Mark}
 */
export function after(before, { next, multiplications, known, told }) {
  const found = told.flatMap(({ slopes }) => slopes);
  return {
    done: next,
    multiplications: before.multiplications + multiplications,
    known: before.known + known,
    last: told.at(-1) ?? before.last,
    slopes: before.slopes.length < NAMED ? [...before.slopes, ...found].slice(0, NAMED) : before.slopes,
  };
}

/**
 * The way that multiplies least, as soon as that is certain: it is done, and every other has multiplied more. Null
 * before that, and where two are equal.
 * @param {Lane[]} lanes
 * @param {number} tick
 */
export function winner(lanes, tick) {
  const stands = lanes.map((lane) => ({ lane, mark: markAt(lane, tick) }));
  const best = stands.find(
    ({ lane, mark }) => mark.done === lane.passes && stands.every((other) => other.lane === lane || other.mark.multiplications > mark.multiplications),
  );
  return best?.lane.way ?? null;
}
