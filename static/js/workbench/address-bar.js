/** Keeps the address bar and the state in step, both ways. */

import { PROPS, readState, writeState } from "../figure/state.js";

/** @typedef {import("../figure/types.js").State} State */
/** @typedef {import("../kit/types.js").HistoryMode} HistoryMode */

/** Pause before the address is written. Browsers allow about a hundred changes in half a minute. */
const SETTLE = 250;

const APPEARANCE = /** @type {(keyof State)[]} */ (["lang", "theme"]);

/**
 * @param {State} defaults meaning of an address without a query; `setDefaults` changes it
 * @param {Window} [window_]
 */
export function createLocationSync(defaults, window_ = window) {
  const { history, location } = window_;
  let pending = 0;
  /** @type {import("../figure/types.js").Store | null} */
  let store = null;
  /** Language and theme that the person chose; otherwise they depend on the browser. */
  const chosen = new Set(APPEARANCE.filter((key) => new URLSearchParams(location.search).has(key)));

  /** @param {Readonly<State>} state @param {Set<keyof State>} [always] */
  function address(state, always = chosen) {
    const query = writeState(state, defaults, always);
    return location.pathname + (query ? `?${query}` : "");
  }

  /** @param {Readonly<State>} state */
  function replace(state) {
    window_.clearTimeout(pending);
    pending = 0;
    history.replaceState(null, "", address(state));
  }

  return {
    /** @param {State} changed */
    setDefaults(changed) {
      defaults = changed;
    },

    /**
     * The store's `onChange`.
     * @param {Readonly<State>} before
     * @param {Set<keyof State>} changed
     * @param {HistoryMode | undefined} mode
     */
    changed(before, changed, mode) {
      for (const key of APPEARANCE) if (changed.has(key) && mode !== "none") chosen.add(key);
      const habit = [...changed].some((key) => PROPS[key].history === "push") ? "push" : "replace";
      switch (mode ?? habit) {
        case "push":
          if (pending) replace(before);
          if (store) history.pushState(null, "", address(store.all()));
          break;
        case "replace":
          window_.clearTimeout(pending);
          pending = window_.setTimeout(() => store && replace(store.all()), SETTLE);
      }
    },

    /**
     * From now on the browser's back and forward change the state.
     * @param {import("../figure/types.js").Store} started
     */
    start(started) {
      store = started;
      window_.addEventListener("popstate", () => {
        window_.clearTimeout(pending);
        pending = 0;
        started.set(readState(location.search, defaults), { history: "none" });
      });
    },

    /** Return the full address of the current state, with its language. */
    link: () => (store ? location.origin + address(store.all(), new Set([...chosen, "lang"])) : location.href),
  };
}
