/** Starts the page of runs. */

import { createAnnouncer } from "./announce.js";
import { installRadioKeys, mountAppearance } from "./appearance.js";
import { createTranslator, msg } from "./i18n.js";
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

const { limits, ...boot } = readData("boot");
const store = createStore(readState(location.search, initialState(boot)));
const t = createTranslator(readData("messages"), () => store.get("lang"));
const announce = createAnnouncer(byId("announcer"));
mountAppearance({ store, t }, msg("Chainrule: a net that learns while you watch"));
installRadioKeys(document);
