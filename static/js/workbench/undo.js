/** Undo and redo on the page: the restored state, and the buttons. */

import { msg } from "../kit/i18n.js";
import { createEditHistory } from "./edit-history.js";

/** @typedef {import("../figure/types.js").State} State */

/** What a person changes; what is selected, and the step of a walk, only look at it. */
const EDITED = /** @type {const} */ (["program", "inputs", "upstream", "output", "mistakes", "conventions", "nudge", "open", "labels"]);

/** @param {Readonly<State>} state */
function snapshot(state) {
  const entries = EDITED.map((key) => [key, state[key]]);
  return /** @type {Pick<State, typeof EDITED[number]>} */ (Object.fromEntries(entries));
}

/**
 * @param {import("../figure/types.js").Store} store
 * @param {(text: string) => void} announce
 * @param {import("../kit/types.js").Translate} t
 */
export function createUndo(store, announce, t) {
  const history = createEditHistory(snapshot(store.all()));
  const undoButton = /** @type {HTMLButtonElement} */ (document.getElementById("undo"));
  const redoButton = /** @type {HTMLButtonElement} */ (document.getElementById("redo"));
  /** @type {string | undefined} */
  let merge;
  let travelling = false;

  function showButtons() {
    undoButton.disabled = !history.canUndo;
    redoButton.disabled = !history.canRedo;
  }

  /**
   * @param {ReturnType<typeof snapshot> | undefined} state
   * @param {string} said
   */
  function travel(state, said) {
    if (!state) return;
    travelling = true;
    try {
      store.set({ ...state, step: null });
    } finally {
      travelling = false;
    }
    announce(t(said));
    showButtons();
  }

  store.subscribe([...EDITED], (state, changed, mode) => {
    if (travelling) return;
    // What replaces the address by itself is a consequence of the last edit.
    if (mode === "replace") return history.amend(snapshot(state));
    // A push by a slider is one deed, as a drag is.
    const pushed = changed.size === 1 && changed.has("nudge") ? "nudge" : undefined;
    history.record(snapshot(state), merge ?? pushed, performance.now());
    showButtons();
  });

  const undo = () => travel(history.undo(), msg("Undone"));
  const redo = () => travel(history.redo(), msg("Redone"));
  undoButton.addEventListener("click", undo);
  redoButton.addEventListener("click", redo);

  return {
    undo,
    redo,
    /**
     * Apply a consequence of the last edit; undo takes both back.
     * @param {Partial<State>} patch
     */
    amend(patch) {
      store.set(patch, { history: "replace" });
    },
    /** @type {import("../figure/types.js").App["edit"]} */
    edit(patch, key) {
      merge = key;
      try {
        store.set(patch);
      } finally {
        merge = undefined;
      }
    },
  };
}
