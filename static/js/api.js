/** Calls of the REST interface. Each kind of call has at most one answer outstanding: a newer one aborts it. */

/** @typedef {import("./types.js").Problem} Problem */

const ROOT = "/api/v1";

/** An answer of the server that says what was wrong (problem+json). */
export class ApiProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
async function readProblem(response) {
  const plain = { type: "about:blank", title: response.statusText, status: response.status, detail: "" };
  if (!(response.headers.get("content-type") ?? "").includes("json")) return plain;
  return { ...plain, ...(await response.json().catch(() => ({}))) };
}

/**
 * @param {import("./types.js").CatalogueOp[]} items
 * @returns {import("./types.js").Catalogue}
 */
function byKind(items) {
  /** @param {import("./types.js").CatalogueOp["kind"]} kind */
  const of = (kind) => items.filter((item) => item.kind === kind);
  return { ops: of("primitive"), composites: of("composite"), mistakes: of("branch").flatMap((item) => item.mistakes) };
}

/**
 * @param {import("./types.js").Store} store
 * @returns {import("./types.js").Api}
 */
export function createApi(store) {
  /** @type {Map<string, AbortController>} */
  const outstanding = new Map();

  /**
   * @param {string} kind what a newer call replaces
   * @param {string} path
   * @param {object} [body]
   * @param {string} [accept] the type of a file wanted in the place of JSON or text
   */
  async function call(kind, path, body, accept) {
    outstanding.get(kind)?.abort();
    const controller = new AbortController();
    outstanding.set(kind, controller);
    /** @type {RequestInit} */
    const request = { signal: controller.signal, headers: { "accept-language": store.get("lang"), ...(accept && { accept }) } };
    if (body) {
      request.method = "POST";
      request.headers = { ...request.headers, "content-type": "application/json" };
      request.body = JSON.stringify(body);
    }
    try {
      const response = await fetch(ROOT + path, request);
      if (!response.ok) throw new ApiProblem(await readProblem(response));
      if (accept) return await response.blob();
      return await ((response.headers.get("content-type") ?? "").includes("json") ? response.json() : response.text());
    } finally {
      if (outstanding.get(kind) === controller) outstanding.delete(kind);
    }
  }

  function body() {
    const { program, inputs, seed, mistakes } = store.all();
    return { program, inputs, seed, mistakes };
  }

  /** @type {Promise<import("./types.js").Catalogue> | null} one for all who ask: it never changes */
  let catalogue = null;

  return {
    body,
    cancel: (kind) => outstanding.get(kind)?.abort(),
    graphs: () => call("graphs", "/graphs", { ...body(), partial: true }),
    values: () => call("values", "/graphs/values", body()),
    picture(extra = {}) {
      const { open, labels, lang } = store.all();
      return call("picture", "/graphs/picture", { ...body(), open, labels, lang, partial: true, ...extra });
    },
    explain: (id) => call("explain", "/graphs/explain", { ...body(), id, open: store.get("open"), lang: store.get("lang") }),
    steps(extra = {}) {
      const { open, lang } = store.all();
      return call("steps", "/graphs/steps", { ...body(), open, lang, ...extra });
    },
    gradcheck: (epsilon) => call("gradcheck", "/graphs/gradcheck", epsilon ? { ...body(), epsilon } : body()),
    curve: (input, start, stop, points) => call("curve", "/graphs/curve", { ...body(), input, start, stop, points }),
    differences: (input) => call("differences", "/graphs/differences", { ...body(), input }),
    tensor: (id, of) => call(`tensor ${of}`, "/graphs/tensor", { ...body(), id, of }),
    tensorFile: (id, of) => call(`tensor file ${of}`, "/graphs/tensor", { ...body(), id, of }, "application/x-npy"),
    provenance: (element) => call("provenance", "/graphs/provenance", { ...body(), ...element, open: store.get("open") }),
    exportAs: (format) => call(`export ${format}`, "/graphs/export", { ...body(), format }),
    share() {
      const { program, inputs, ...view } = store.all();
      return call("share", "/shares", { program, inputs, view });
    },
    ops: () =>
      (catalogue ??= call("ops", "/ops")
        .then(byKind)
        .catch((error) => {
          catalogue = null;
          throw error;
        })),
    examples: (lang) => call(`examples ${lang}`, `/examples?lang=${lang}`),
    post: (path, content) => call(path, path, content),
  };
}
