/** The steps of a walk, fetched page by page as needed. No DOM. */

/** @typedef {import("../../figure/answers.js").Step} Step */
/** @typedef {import("../../figure/answers.js").Steps} Steps */

/**
 * @param {(start: number, count: number) => Promise<Steps>} fetchPage
 * @param {number} [size] steps per page
 */
export function createStepPages(fetchPage, size = 100) {
  /** @type {Step[]} */
  let steps = [];
  /** @type {number | null} */
  let count = null;
  let version = 0;
  /** @type {Promise<boolean> | null} the pages being fetched */
  let extending = null;

  /**
   * @param {Step[]} found
   * @param {number} wanted
   * @param {number} mine
   * @returns {Promise<() => boolean>} takes the steps over; false if a newer call has done so
   */
  async function fill(found, wanted, mine) {
    for (;;) {
      const page = await fetchPage(found.length, size);
      if (mine !== version) return () => false;
      found.push(...page.steps);
      if (page.steps.length === 0 || found.length >= Math.min(wanted, page.count)) {
        return () => {
          if (mine !== version) return false;
          steps = found;
          count = page.count;
          return true;
        };
      }
    }
  }

  /**
   * Fetch the steps for new numbers, and return what takes them over.
   * @param {number} wanted number of steps needed at once
   */
  async function again(wanted) {
    version += 1;
    extending = null;
    return fill([], wanted, version);
  }

  return {
    /** The steps fetched so far, from the first. */
    get steps() {
      return steps;
    },
    /** The number of steps in all; null before the first answer. */
    get count() {
      return count;
    },
    /**
     * Return the number (from 1) of the step that matches one of an earlier walk, after layers were toggled.
     * @param {Step} was
     * @returns {number | null}
     */
    like({ phase, node }) {
      const within = (/** @type {string} */ id, /** @type {string} */ group) => id === group || id.startsWith(`${group}.`);
      const at = steps.findIndex((step) => step.phase === phase && (within(step.node, node) || within(node, step.node)));
      return at < 0 ? null : at + 1;
    },
    /** Index of the first backward step; the middle until it is known. */
    get turn() {
      const first = steps.findIndex(({ phase }) => phase === "backward");
      return first >= 0 ? first : Math.max(steps.length, Math.floor((count ?? 0) / 2));
    },

    /** Forget all steps, for another graph. */
    clear() {
      version += 1;
      steps = [];
      count = null;
      extending = null;
    },

    /**
     * Fetch the steps again for new numbers; the old ones stay until then.
     * @param {number} wanted number of steps needed at once
     */
    async renew(wanted) {
      const take = await again(wanted);
      return take();
    },
    again,

    /**
     * Fetch the missing ones of the first `wanted` steps.
     * @param {number} wanted
     * @returns {Promise<boolean>} whether any step arrived
     */
    async extend(wanted) {
      if (count === null) return false;
      const missing = () => count !== null && steps.length < Math.min(wanted, count);
      let came = false;
      while (missing()) {
        extending ??= fill([...steps], steps.length + 1, version)
          .then((take) => take())
          .finally(() => (extending = null));
        if (!(await extending)) return came;
        came = true;
      }
      return came;
    },
  };
}
