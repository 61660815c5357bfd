/** Undo and redo: a line of states with a place on it. No DOM. */

/** Edits with one merge key that follow each other within this many milliseconds are one edit. */
const PAUSE = 900;
const LIMIT = 200;

/**
 * @template T
 * @param {T} initial
 */
export function createEditHistory(initial) {
  /** @type {T[]} */
  let line = [initial];
  let at = 0;
  /** @type {{merge: string, time: number} | null} */
  let last = null;

  return {
    /**
     * @param {T} state
     * @param {string | undefined} merge
     * @param {number} time in milliseconds
     */
    record(state, merge, time) {
      const continues = merge !== undefined && last?.merge === merge && time - last.time < PAUSE && at > 0;
      if (continues) {
        line = [...line.slice(0, at), state];
      } else {
        line = [...line.slice(0, at + 1), state].slice(-LIMIT);
        at = line.length - 1;
      }
      last = merge === undefined ? null : { merge, time };
    },
    /**
     * Puts another state in the place of the current one: a consequence of the last edit, and no edit itself.
     * @param {T} state
     */
    amend(state) {
      line = line.with(at, state);
    },
    /** @returns {T | undefined} the state before, if there is one */
    undo() {
      last = null;
      return at > 0 ? line[--at] : undefined;
    },
    /** @returns {T | undefined} */
    redo() {
      last = null;
      return at < line.length - 1 ? line[++at] : undefined;
    },
    get canUndo() {
      return at > 0;
    },
    get canRedo() {
      return at < line.length - 1;
    },
  };
}
