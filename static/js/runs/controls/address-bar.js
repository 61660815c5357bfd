/** Keeps the address bar in step with the runs, their settings and the view of the graph. */

import { writeState } from "../../figure/state.js";
import { writeAddress } from "../client/address.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../../figure/types.js").State} State */

/** Pause before the address is written, in milliseconds. Browsers allow about a hundred changes in half a minute. */
const SETTLE = 300;
/** Storage key of this tab's runs, for a return without an address. */
const KEY = "chainrule.runs";
const APPEARANCE = /** @type {(keyof State)[]} */ (["lang", "theme"]);

/** @param {State} defaults */
export function mountRunAddress(defaults) {
  /** @type {RunSession | null} */
  let session = null;
  let timer = 0;
  /** Language and theme that the person chose; otherwise they depend on the browser. */
  const chosen = new Set(APPEARANCE.filter((key) => new URLSearchParams(location.search).has(key)));

  /** @param {Set<keyof State>} [always] */
  function query(always = chosen) {
    if (!session) return location.search;
    const { current, runs, image, store } = session;
    const params = new URLSearchParams(writeState({ ...store.all(), step: null }, defaults, always));
    writeAddress(params, {
      run: current.id,
      runs: runs.map(({ id }) => id),
      sample: image && "sample" in image ? image.sample : null,
      options: current.options,
    });
    return `?${params.toString().replaceAll("%2C", ",")}`;
  }

  function write() {
    timer = 0;
    if (!session) return;
    history.replaceState(null, "", location.pathname + query());
    try {
      sessionStorage.setItem(KEY, JSON.stringify(session.runs.map(({ id }) => id)));
    } catch {
      // Without storage a visit starts with a new run.
    }
  }

  function later() {
    timer ||= window.setTimeout(write, SETTLE);
  }

  return {
    /** The store's `onChange`. @param {Readonly<State>} _ @param {Set<keyof State>} changed */
    changed(_, changed) {
      for (const key of APPEARANCE) if (changed.has(key)) chosen.add(key);
      later();
    },

    /** Return the ids of this tab's runs. @returns {string[]} */
    remembered() {
      try {
        const ids = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
        return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
      } catch {
        return [];
      }
    },

    /** @param {RunSession} begun */
    follow(begun) {
      session = begun;
      write();
      begun.on("runs", later);
      begun.on("current", later);
      begun.on("image", later);
      let options = begun.current.options;
      begun.on("status", ({ run, status }) => {
        if (run !== begun.current || JSON.stringify(status.options) === JSON.stringify(options)) return;
        options = status.options;
        later();
      });
    },

    /** Return the full address, in the page's language. */
    link: () => location.origin + location.pathname + query(new Set([...chosen, "lang"])),
  };
}
