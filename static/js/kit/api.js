/** Calls of the REST interface. Each kind of call has at most one answer outstanding: a newer one aborts it. */

/** @typedef {import("../types.js").Problem} Problem */

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
 * @param {import("../types.js").CatalogueOp[]} items
 * @returns {import("../types.js").Catalogue}
 */
function byKind(items) {
  /** @param {import("../types.js").CatalogueOp["kind"]} kind */
  const of = (kind) => items.filter((item) => item.kind === kind);
  return { ops: of("primitive"), composites: of("composite"), mistakes: of("branch").flatMap((item) => item.mistakes) };
}

/**
 * Asks the server: what is refused is an ApiProblem, and a newer call aborts an older one of its kind.
 * @param {() => import("../types.js").Language} language of the answers
 */
export function createCaller(language) {
  /** @type {Map<string, AbortController>} */
  const outstanding = new Map();

  return {
    /** @param {string} kind */
    cancel: (kind) => outstanding.get(kind)?.abort(),

    /**
     * @param {string} path under /api/v1
     * @param {import("../runs/client/types.js").CallOptions} [options]
     */
    async call(path, { method, body, accept, kind = `${method ?? ""} ${path}` } = {}) {
      outstanding.get(kind)?.abort();
      const controller = new AbortController();
      outstanding.set(kind, controller);
      const file = body instanceof Blob;
      /** @type {RequestInit} */
      const request = {
        method: method ?? (body ? "POST" : "GET"),
        signal: controller.signal,
        headers: { "accept-language": language(), ...(accept && { accept }), ...(body && !file && { "content-type": "application/json" }) },
      };
      if (body) request.body = file ? body : JSON.stringify(body);
      try {
        const response = await fetch(ROOT + path, request);
        if (!response.ok) throw new ApiProblem(await readProblem(response));
        if (accept) return await response.blob();
        return await ((response.headers.get("content-type") ?? "").includes("json") ? response.json() : response.text());
      } finally {
        if (outstanding.get(kind) === controller) outstanding.delete(kind);
      }
    },
  };
}

/** Where a file of the server is downloaded from. @param {string} path */
export const addressOf = (path) => ROOT + path;

/**
 * @param {import("../types.js").Store} store
 * @returns {import("../types.js").Api}
 */
export function createApi(store) {
  const caller = createCaller(() => store.get("lang"));

  /**
   * @param {string} kind what a newer call replaces
   * @param {string} path
   * @param {object} [body]
   * @param {string} [accept] the type of a file wanted in the place of JSON or text
   */
  const call = (kind, path, body, accept) => caller.call(path, { kind, body, accept });

  function body() {
    const { program, inputs, seed, mistakes } = store.all();
    return { program, inputs, seed, mistakes };
  }

  /** @type {Promise<import("../types.js").Catalogue> | null} one for all who ask: it never changes */
  let catalogue = null;

  return {
    body,
    cancel: caller.cancel,
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
    exportAs: (format) => call(`export ${format}`, "/graphs/export", { ...body(), format, lang: store.get("lang") }),
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
