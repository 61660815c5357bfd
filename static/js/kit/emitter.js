/** Named events between the page's parts. No DOM. */

/** @typedef {import("../types.js").AppEvents} AppEvents */

export function createEmitter() {
  /** @type {Map<string, Set<(data: any) => void>>} */
  const listeners = new Map();
  return {
    /**
     * @template {keyof AppEvents} K
     * @param {K} event
     * @param {(data: AppEvents[K]) => void} fn
     * @returns {() => void} ends it
     */
    on(event, fn) {
      const set = listeners.get(event) ?? new Set();
      listeners.set(event, set.add(fn));
      return () => void set.delete(fn);
    },
    /**
     * @template {keyof AppEvents} K
     * @param {K} event
     * @param {AppEvents[K]} data
     */
    emit(event, data) {
      for (const fn of [...(listeners.get(event) ?? [])]) fn(data);
    },
  };
}
