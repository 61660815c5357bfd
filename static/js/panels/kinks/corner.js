/** The corner of a function at a kink as lines in a small box: both sides, and the slope passed back. No DOM. */

/** @typedef {[number, number]} Place */

/** @typedef {{width: number, height: number, reach: number}} Box in pixels; `reach` is the length of a line */

/** @type {Box} */
export const BOX = { width: 200, height: 128, reach: 50 };
/** Box of one of several pictures side by side. @type {Box} */
export const SMALL_BOX = { width: 122, height: 92, reach: 33 };
/** Steepest angle of a finite slope other than ±1 and flatter ones, in radians. */
const STEEPEST = (58 * Math.PI) / 180;

/**
 * @typedef {object} Corner
 * @property {Place} at
 * @property {Place | null} left end of the left side; null without a slope there
 * @property {Place | null} right
 * @property {[Place, Place] | null} passed both ends of the line whose slope is passed back
 * @property {Place[][]} between triangles that all slopes between left and right sweep over
 */

/**
 * Return a measure of angles: a slope of 1 is 45°, unless a steeper one needs the room.
 * @param {number[]} slopes
 */
function angles(slopes) {
  const largest = Math.max(1, ...slopes.filter(Number.isFinite).map(Math.abs));
  const shrink = largest > 1 ? Math.tan(STEEPEST) / largest : 1;
  return (/** @type {number} */ slope) => Math.atan(slope * shrink);
}

/**
 * Place the lines of a corner in a box.
 * @param {{left: number | null, right: number | null, passed: number | null}} slopes null or NaN where there is none;
 *   an infinite slope is upright
 * @param {Box} [box]
 * @returns {Corner}
 */
export function corner({ left, right, passed }, box = BOX) {
  const known = [left, right, passed].filter((slope) => slope !== null).filter((slope) => !Number.isNaN(slope));
  const angle = angles(known);
  const at = /** @type {Place} */ ([box.width / 2, box.height / 2]);
  /** @param {number | null} slope @param {-1 | 1} side @returns {Place | null} */
  const end = (slope, side) =>
    slope === null || Number.isNaN(slope) ? null : [at[0] + side * box.reach * Math.cos(angle(slope)), at[1] - side * box.reach * Math.sin(angle(slope))];
  const [l, r] = [end(left, -1), end(right, 1)];
  const [leftOn, rightBack] = [end(left, 1), end(right, -1)];
  const [back, on] = [end(passed, -1), end(passed, 1)];
  return {
    at,
    left: l,
    right: r,
    passed: back && on && [back, on],
    between: l && r && leftOn && rightBack && left !== right ? [[at, l, rightBack], [at, r, leftOn]] : [],
  };
}
