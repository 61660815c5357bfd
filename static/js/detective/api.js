/** The calls of the gradient detective, and their answers. */

import { createCaller } from "../kit/http.js";

/** @typedef {import("../kit/types.js").BilingualText} BilingualText */
/** @typedef {{id: string, word: string, kinds: {name: string, title: BilingualText}[]}} Suspect */
/** @typedef {{token: string, seed: number, level: number, index: number, levels: {level: number, title: BilingualText}[], program: string, par: number, named: boolean, nodes: string[], suspects: Suspect[]}} Case */
/** @typedef {number | Nested[]} Nested a number, or nested lists of them */
/** @typedef {{token: string, node: string, checks: number, agrees: boolean, shown: Nested, numerical: Nested, where: number[]}} Checked */
/** @typedef {{seed: number, level: number, index: number, accused: string, kind: string | null, verdict: "found" | "place" | "wrong", checks: number, par: number, points: number, began: number, seconds: number}} Result */
/** @typedef {Result & {token: string, truth: {node: string, name: string, title: BilingualText, advice: BilingualText}, differing: string[]}} Verdict */
/** @typedef {{seed: number, level: number, index: number}} Place */

/** @param {() => import("../kit/types.js").Language} language */
export function createDetectiveApi(language) {
  const { call } = createCaller(language);
  return {
    /** @param {Place} place @returns {Promise<Case>} */
    open: (place) => call(`/detective/cases?lang=${language()}`, { body: place, kind: `case ${place.index}` }),
    /** @param {Place} place @param {string} kind @returns {Promise<import("../figure/answers.js").Graph>} */
    graph: (place, kind) => call("/detective/graph", { body: { ...place, lang: language() }, kind }),
    /** @param {Place} place @param {import("../figure/types.js").PictureExtra} extra @param {string} kind @returns {Promise<string>} */
    picture: (place, { direction, wrap }, kind) =>
      call("/detective/picture", { body: { ...place, lang: language(), ...(direction && { direction }), ...(wrap && { wrap }) }, kind }),
    /** @param {string} token @param {string} node @returns {Promise<Checked>} */
    check: (token, node) => call("/detective/checks", { body: { token, node }, kind: "check" }),
    /** @param {string} token @param {string} node @param {string | null} kind @returns {Promise<Verdict>} */
    accuse: (token, node, kind) => call("/detective/accusations", { body: { token, node, ...(kind !== null && { kind }) }, kind: "accuse" }),
    /** @param {string[]} tokens @returns {Promise<{results: ((Result & {id: string}) | null)[]}>} */
    results: (tokens) => call("/detective/results", { body: { tokens }, kind: "results" }),
  };
}
