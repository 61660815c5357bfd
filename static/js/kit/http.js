/** HTTP calls under /api/v1. A newer call of the same kind aborts the older one. */

import { ROOT } from "./root.js";

/** @typedef {import("./types.js").Problem} Problem */

const API = ROOT + "/api/v1";

/** The server's refusal of a call (problem+json). */
export class ApiProblem extends Error {
  /** @param {Problem} problem */
  constructor(problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** @param {unknown} error */
export const isAbort = (error) => error instanceof DOMException && error.name === "AbortError";

/** Whether the server refused a call (ApiProblem) or did not answer (TypeError of fetch). @param {unknown} error */
export const isFailedCall = (error) => error instanceof ApiProblem || error instanceof TypeError;

/** Ignore an aborted or failed call; rethrow any other error. @param {unknown} error */
export function ignoreFailedCall(error) {
  if (!isAbort(error) && !isFailedCall(error)) throw error;
}

/**
 * Return words for a failed call; rethrow any other error.
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
 * Create a caller. It throws ApiProblem on refusal and AbortError when a newer call takes over.
 * @param {() => import("./types.js").Language} language language of the answers
 */
export function createCaller(language) {
  /** @type {Map<string, AbortController>} */
  const outstanding = new Map();

  return {
    /** @param {string} kind */
    cancel: (kind) => outstanding.get(kind)?.abort(),

    /**
     * @param {string} path path under /api/v1
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
        const response = await fetch(API + path, request);
        if (!response.ok) throw new ApiProblem(await readProblem(response));
        if (accept) return await response.blob();
        return await ((response.headers.get("content-type") ?? "").includes("json") ? response.json() : response.text());
      } finally {
        if (outstanding.get(kind) === controller) outstanding.delete(kind);
      }
    },
  };
}

/** Return the download address of a server path. @param {string} path */
export const addressOf = (path) => API + path;
