/** Keeps the address bar at what is on the screen: runs, their settings, and how the graph is seen. */

import { writeState } from "../../figure/state.js";
import { writeAddress } from "../client/address.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../../figure/types.js").State} State */

/** Browsers refuse more than about a hundred changes of the address in half a minute. */
const SETTLE = 300;
/** The runs of this tab, for when it comes back without an address. */
const KEY = "chainrule.runs";
const APPEARANCE = /** @type {(keyof State)[]} */ (["lang", "theme"]);

/** @param {State} defaults */
export function mountRunAddress(defaults) {
  /** @type {RunSession | null} */
  let session = null;
  let timer = 0;
  /** Language and colours that somebody chose: the server's own choice depends on the browser that asks. */
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
      // Without storage a visit begins anew.
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

    /** Ids of the runs that this tab had. @returns {string[]} */
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

    /** The whole address, in the language of the page. */
    link: () => location.origin + location.pathname + query(new Set([...chosen, "lang"])),
  };
}
