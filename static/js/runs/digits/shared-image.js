/** The page's current digit, drawn or taken from the test set, shared by its parts. No DOM. */

/**
 * @typedef {object} DigitImage
 * @property {number[]} pixels 0 … 1, row by row
 * @property {{index: number, label: number} | null} test index in the test set and label; null for a drawing
 * @property {boolean} settled false while a stroke is being drawn
 */

/**
 * A list of test images to step through.
 * @typedef {object} Walk
 * @property {(by: 1 | -1) => void} step
 * @property {(by: 1 | -1) => boolean} can
 */

/** @typedef {ReturnType<typeof createShared>} SharedImage */

/** @type {WeakMap<object, SharedImage>} */
const ofSession = new WeakMap();

function createShared() {
  /** @type {Set<() => void>} */
  const listeners = new Set();
  const notify = () => listeners.forEach((fn) => fn());
  /** @type {DigitImage | null} */
  let current = null;
  /** @type {Walk | null} */
  let walk = null;
  return {
    get current() {
      return current;
    },
    /** @param {DigitImage | null} image */
    show(image) {
      current = image;
      notify();
    },
    /** The list to step through. */
    get walk() {
      return walk;
    },
    /** @param {Walk} next */
    setWalk(next) {
      walk = next;
      notify();
    },
    /** Call `fn` after each change of the image or the list. @param {() => void} fn */
    onChange(fn) {
      listeners.add(fn);
    },
  };
}

/**
 * @param {import("../client/types.js").RunSession} session
 * @returns {SharedImage}
 */
export function sharedImage(session) {
  let shared = ofSession.get(session);
  if (!shared) ofSession.set(session, (shared = createShared()));
  return shared;
}
