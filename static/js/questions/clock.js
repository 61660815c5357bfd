/** Time spent on each question; it stops while the page is hidden. No DOM. */

/** @param {() => number} [now] milliseconds */
export function createQuestionClock(now = () => performance.now()) {
  /** @type {Map<number, number>} milliseconds by question */
  const spent = new Map();
  /** @type {number | null} */
  let current = null;
  let since = 0;
  let hidden = false;

  function settle() {
    const time = now();
    if (current !== null && !hidden) spent.set(current, (spent.get(current) ?? 0) + time - since);
    since = time;
  }

  return {
    /** @param {number} index */
    open(index) {
      settle();
      current = index;
    },
    /** @param {boolean} is */
    hide(is) {
      settle();
      hidden = is;
    },
    /** @param {number} index */
    seconds(index) {
      settle();
      return (spent.get(index) ?? 0) / 1000;
    },
    reset() {
      spent.clear();
      settle();
    },
  };
}
