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

/** Whether the server refused a call (ApiProblem) or did not answer (fetch's TypeError). @param {unknown} error */
export const isFailedCall = (error) => error instanceof ApiProblem || error instanceof TypeError;

/** Ignores an aborted or failed call; rethrows any other error. @param {unknown} error */
export function ignoreFailedCall(error) {
  if (!isAbort(error) && !isFailedCall(error)) throw error;
}

/**
 * Words for a failed call; rethrows any other error.
 * @param {unknown} error
 * @param {import("./types.js").Translate} t
 */
export function failureText(error, t) {
  if (!isFailedCall(error)) throw error;
  return error instanceof ApiProblem ? error.message : t("The server does not answer.");
}

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
 * Asks the server: what is refused is an ApiProblem, and a newer call aborts an older one of its kind.
 * @param {() => import("./types.js").Language} language of the answers
 */
export function createCaller(language) {
  /** @type {Map<string, AbortController>} */
  const outstanding = new Map();

  return {
    /** @param {string} kind */
    cancel: (kind) => outstanding.get(kind)?.abort(),

    /**
     * @param {string} path under /api/v1
     * @param {import("./types.js").CallOptions} [options]
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
