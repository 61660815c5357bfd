/** Keeps the address bar and the state in step, both ways. */

import { PROPS, readState, writeState } from "../figure/state.js";

/** @typedef {import("../figure/types.js").State} State */
/** @typedef {import("../kit/types.js").HistoryMode} HistoryMode */

/** Pause before the address is written. Browsers allow about a hundred changes in half a minute. */
const SETTLE = 250;

/** Pause after which typing in the program begins another entry of the history, in milliseconds. */
const ANOTHER = 5000;

const APPEARANCE = /** @type {(keyof State)[]} */ (["lang", "theme"]);

/**
 * Return the inputs whose names stand in a program: while it has an error, those of the program before are kept for it.
 * @param {State["inputs"]} inputs
 * @param {string} program
 * @returns {State["inputs"]}
 */
export const ofProgram = (inputs, program) =>
  Object.fromEntries(Object.entries(inputs).filter(([name]) => name.split(/[^\p{L}\p{N}_]+/u).every((part) => program.includes(part))));

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

  /** What the newest entry's run of changes is of, and when it went on. @type {{of: "program" | "numbers" | null, at: number}} */
  let run = { of: null, at: 0 };

  /**
   * Whether a change begins a run, so that Back leads to what was before it.
   * @param {Set<keyof State>} changed
   */
  function beginsRun(changed) {
    const of = changed.has("program") ? "program" : "numbers";
    const now = performance.now();
    const begins = run.of !== of || (of === "program" && now - run.at > ANOTHER);
    run = { of, at: now };
    return begins;
  }

  /** @param {Readonly<State>} state */
  function address(state) {
    const query = writeState({ ...state, inputs: ofProgram(state.inputs, state.program) }, defaults, chosen);
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
      const habits = new Set([...changed].map((key) => PROPS[key].history));
      const pushes = habits.has("push") || (mode === undefined && habits.has("run") && beginsRun(changed));
      if (mode === "push" || (mode === undefined && habits.has("push"))) run = { of: null, at: 0 };
      switch (mode ?? (pushes ? "push" : "replace")) {
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
        run = { of: null, at: 0 };
        started.set(readState(location.search, defaults), { history: "none" });
      });
    },

    /** Return the full address of the current state; the language is the reader's unless it was chosen here. */
    link: () => (store ? location.origin + address(store.all()) : location.href),
  };
}
