/** Named events between the parts of a page. No DOM. */

/** @template {object} Events event name → data */
export function createEmitter() {
  /** @type {Map<keyof Events, Set<(data: any) => void>>} */
  const listeners = new Map();
  return {
    /**
     * @template {keyof Events} K
     * @param {K} event
     * @param {(data: Events[K]) => void} fn
     * @returns {() => void} stops listening
     */
    on(event, fn) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(fn));
      return () => void set.delete(fn);
    },
    /**
     * @template {keyof Events} K
     * @param {K} event
     * @param {Events[K]} data
     */
    emit(event, data) {
      for (const fn of [...(listeners.get(event) ?? [])]) fn(data);
    },
  };
}
