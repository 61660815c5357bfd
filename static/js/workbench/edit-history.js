/** Undo and redo: a list of states and the current position in it. No DOM. */

/** Time within which edits with the same merge key count as one, in milliseconds. */
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
     * Replace the current state, for a consequence of the last edit.
     * @param {T} state
     */
    amend(state) {
      line = line.with(at, state);
    },
    /** @returns {T | undefined} the previous state, if there is one */
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
