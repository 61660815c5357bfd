/** A figure's calls, answered by the current run: its net is the graph. */

import { createApi } from "../../figure/api.js";

/** @typedef {import("./types.js").RunSession} RunSession */

/**
 * Leave out other conventions at kinks: a run trains by the usual ones.
 * @param {import("../../figure/answers.js").Explanation} explanation
 */
const asTrained = (explanation) => ({ ...explanation, kinks: explanation.kinks?.map((kink) => ({ ...kink, choices: [] })) });

/**
 * @param {import("../../figure/types.js").Store} store
 * @param {() => RunSession} session
 * @param {(kind: string) => void} cancel aborts a call of the session
 * @returns {import("../../figure/types.js").Api}
 */
export function createRunApi(store, session, cancel) {
  /** Calls of no run: the catalogue of ops, saved links. */
  const base = createApi(store);
  const kindOf = (/** @type {string} */ kind) => `figure ${kind}`;

  /**
   * @param {string} kind a newer call of this kind aborts the older one
   * @param {string} path
   * @param {object} [body]
   * @param {string} [accept] media type of a file to receive instead of JSON
   */
  const ask = (kind, path, body = {}, accept) =>
    session().current.call(path, { kind: kindOf(kind), body: { ...session().image, ...body }, accept });

  const open = () => store.get("open");
  const lang = () => store.get("lang");

  return {
    ...base,
    cancel: (kind) => cancel(kindOf(kind)),
    graphs: (kind = "graphs") => ask(kind, "/graph"),
    values: () => ask("values", "/values"),
    picture: (extra = {}, kind = "picture") => ask(kind, "/picture", { open: open(), labels: store.get("labels"), lang: lang(), standalone: false, ...extra }),
    explain: (id, kind = "explain") => ask(kind, "/explain", { id, open: open(), lang: lang() }).then(asTrained),
    steps: (extra = {}) => ask("steps", "/steps", { open: open(), lang: lang(), ...extra }),
    tensor: (id, of) => ask(`tensor ${of}`, "/tensor", { id, of }),
    tensorFile: (id, of) => ask(`tensor file ${of}`, "/tensor", { id, of }, "application/x-npy"),
    provenance: (element) => ask("provenance", "/provenance", { ...element, open: open() }),
  };
}
