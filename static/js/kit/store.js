/** The page's state: one object, changed by patches and watched by key. No DOM. */

/** @typedef {import("./types.js").HistoryMode} HistoryMode */

/**
 * @param {unknown} a
 * @param {unknown} b
 */
const same = (a, b) => Object.is(a, b) || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));

/**
 * @template {object} S
 * @param {S} initial
 * @param {(before: Readonly<S>, changed: Set<keyof S>, history: HistoryMode | undefined) => void} [onChange]
 *   called before the watchers
 * @returns {import("./types.js").Store<S>}
 */
export function createStore(initial, onChange = () => {}) {
  let state = { ...initial };
  /** @type {Set<{keys: (keyof S)[], fn: (state: Readonly<S>, changed: Set<keyof S>, history: HistoryMode | undefined) => void}>} */
  const watchers = new Set();

  return {
    get: (key) => state[key],
    all: () => state,
    set(patch, { history } = {}) {
      const keys = /** @type {(keyof S)[]} */ (Object.keys(patch));
      const changed = new Set(keys.filter((key) => patch[key] !== undefined && !same(patch[key], state[key])));
      if (changed.size === 0) return;
      const before = state;
      const accepted = Object.fromEntries([...changed].map((key) => [key, patch[key]]));
      state = { ...state, ...accepted };
      onChange(before, changed, history);
      for (const watcher of [...watchers]) {
        if (watcher.keys.some((key) => changed.has(key))) watcher.fn(state, changed, history);
      }
    },
    subscribe(keys, fn) {
      const watcher = { keys, fn };
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
  };
}
