/** The calls about the graph on the page, with the store's program, inputs and settings. */

import { createCaller } from "../kit/http.js";
import { catalogueTag } from "../kit/page-data.js";
import { createFirstAnswers } from "./first-answers.js";

/**
 * @param {import("./answers.js").CatalogueOp[]} items
 * @returns {import("./answers.js").Catalogue}
 */
function byKind(items) {
  /** @param {import("./answers.js").CatalogueOp["kind"]} kind */
  const of = (kind) => items.filter((item) => item.kind === kind);
  return { ops: of("primitive"), composites: of("composite"), mistakes: of("branch").flatMap((item) => item.mistakes) };
}

/**
 * @param {import("./types.js").Store} store
 * @param {import("./first-answers.js").FirstAnswers} [answers] those that came with the page
 * @returns {import("./types.js").Api}
 */
export function createApi(store, answers = {}) {
  const caller = createCaller(() => store.get("lang"));
  const first = createFirstAnswers(answers);

  /**
   * @param {string} kind a newer call of this kind aborts the older one
   * @param {string} path
   * @param {object} [body]
   * @param {string} [accept] media type of a file to receive instead of JSON or text
   * @returns {Promise<any>}
   */
  async function call(kind, path, body, accept) {
    return first.take(kind, body) ?? caller.call(path, { kind, body, accept });
  }

  function body() {
    const { program, inputs, upstream, mistakes, conventions, output } = store.all();
    return { program, inputs, seed: upstream, mistakes, ...(conventions.length > 0 && { conventions }), ...(output !== null && { output }) };
  }

  /** @type {Promise<import("./answers.js").Catalogue> | null} fetched once; it never changes */
  let catalogue = null;
  /** The same of each kink. @type {Map<string, Promise<import("./answers.js").KinkItem>>} */
  const kinks = new Map();

  return {
    body,
    cancel: caller.cancel,
    graphs: (kind = "graphs") => call(kind, "/graphs", { ...body(), partial: true }),
    values: () => call("values", "/graphs/values", body()),
    async picture({ wrap, ...extra } = {}, kind = "picture") {
      const { open, labels, lang } = store.all();
      const asked = { ...body(), open, labels, lang, partial: true, ...extra };
      // The picture that came with the page is in one line.
      const came = /** @type {string | undefined} */ (first.take(kind, asked));
      return came ?? call(kind, "/graphs/picture", { ...asked, ...(wrap && { wrap }) });
    },
    explain: (id, kind = "explain") => call(kind, "/graphs/explain", { ...body(), id, open: store.get("open"), lang: store.get("lang"), partial: true }),
    steps(extra = {}) {
      const { open, lang } = store.all();
      return call("steps", "/graphs/steps", { ...body(), open, lang, partial: true, ...extra });
    },
    changes: (before, about) => call("changes", "/graphs/changes", { ...body(), before, open: store.get("open"), ...(about && { about }) }),
    nudge: (id, index, delta) => call("nudge", "/graphs/nudge", { ...body(), id, index, delta }),
    element: (id, index) => call(`element ${id} ${index}`, "/graphs/nudge", { ...body(), id, index, delta: 0 }),
    curveOver: (node, index, start, stop, points) => call("curve over", "/graphs/curve", { ...body(), node, index, start, stop, points }),
    gradcheck: (epsilon) => call("gradcheck", "/graphs/gradcheck", epsilon ? { ...body(), epsilon } : body()),
    curve: (input, start, stop, points) => call("curve", "/graphs/curve", { ...body(), input, start, stop, points }),
    differences: (input) => call("differences", "/graphs/differences", { ...body(), input }),
    tensor: (id, of) => call(`tensor ${of}`, "/graphs/tensor", { ...body(), id, of, partial: true }),
    tensorFile: (id, of) => call(`tensor file ${of}`, "/graphs/tensor", { ...body(), id, of }, "application/x-npy"),
    provenance: (element) => call("provenance", "/graphs/provenance", { ...body(), ...element, open: store.get("open"), partial: true }),
    exportAs: (format) => call(`export ${format}`, "/graphs/export", { ...body(), format, lang: store.get("lang") }),
    translate: (text) => call("translate", "/graphs/translate", { text, lang: store.get("lang") }),
    share() {
      // Language and theme are the reader's.
      const { program, inputs, upstream, conventions, before, nudge, second, lang, theme, ...rest } = store.all();
      const view = { ...rest, seed: upstream, ...(conventions.length > 0 && { conventions }), ...(before && { before }), ...(nudge && { nudge }), ...(second && { second }) };
      return call("share", "/shares", { program, inputs, view });
    },
    ops: () =>
      (catalogue ??= call("ops", `/ops?v=${catalogueTag()}`)
        .then(byKind)
        .catch((error) => {
          catalogue = null;
          throw error;
        })),
    examples: (lang) => call(`examples ${lang}`, `/examples?lang=${lang}&v=${catalogueTag()}`),
    kink(id) {
      const known = kinks.get(id) ?? call(`kink ${id}`, `/kinks/${id}`);
      kinks.set(id, known);
      known.catch(() => kinks.delete(id));
      return known;
    },
    post: (path, content, kind = path) => call(kind, path, content),
  };
}
