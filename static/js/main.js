/** Starts the workbench: builds the `app` object and mounts its parts. */

import { createAnnouncer } from "./announce.js";
import { createApi } from "./api.js";
import { createEmitter } from "./emitter.js";
import { createTranslator } from "./i18n.js";
import { parts } from "./parts.js";
import { initialState, readState } from "./state.js";
import { createStore } from "./store.js";

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
const readData = (id) => JSON.parse(byId(id).textContent ?? "null");

const boot = readData("boot");
const defaults = initialState(boot);
const store = createStore(readState(location.search, defaults));
const { on, emit } = createEmitter();

/** @type {import("./types.js").App} */
export const app = /** @type {any} */ ({
  store,
  api: createApi(store),
  t: createTranslator(readData("messages"), () => store.get("lang")),
  announce: createAnnouncer(byId("announcer")),
  graph: null,
  get mode() {
    return store.get("labels") === "blanks" ? "quiz" : store.get("step") !== null ? "step" : "explore";
  },
  on,
  emit,
});

for (const part of parts) part.mount(app);
