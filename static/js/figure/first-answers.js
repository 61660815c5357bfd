/** The answers that came with the page, each given once, to the very request that it answers. */

import { sameJson } from "../kit/same-json.js";

/** @typedef {Record<string, {request: object, answer: unknown}>} FirstAnswers by kind of call */

/**
 * Read the answers of this page, and its picture out of the place where it stands until the script's own does.
 * @returns {FirstAnswers}
 */
export function readFirstAnswers() {
  const found = document.getElementById("first-answers");
  const svg = document.querySelector("#first-picture > svg");
  if (!found || !svg) return {};
  const { picture, ...others } = JSON.parse(found.textContent ?? "{}");
  return { ...others, picture: { ...picture, answer: new XMLSerializer().serializeToString(svg) } };
}

/**
 * Read the answers of a lesson's page about its first graph, whose picture stands in its figure, or beside as text.
 * @returns {FirstAnswers | null}
 */
export function readLessonAnswers() {
  const found = document.getElementById("first-answers");
  const beside = document.getElementById("first-picture-text");
  const svg = document.querySelector(`[data-figure="${found?.dataset.about}"] [data-canvas] > svg`);
  if (!found) return null;
  const { picture, ...others } = JSON.parse(found.textContent ?? "{}");
  if (beside) return { ...others, picture: { ...picture, answer: JSON.parse(beside.textContent ?? '""') } };
  return svg ? { ...others, picture: { ...picture, answer: new XMLSerializer().serializeToString(svg) } } : others;
}

/** @param {FirstAnswers} answers */
export function createFirstAnswers(answers) {
  const left = new Map(Object.entries(answers));
  return {
    /**
     * Return the answer to a request, or undefined if it did not come with the page.
     * @param {string} kind
     * @param {object | undefined} body
     */
    take(kind, body) {
      const first = left.get(kind);
      left.delete(kind);
      return first && sameJson(first.request, body) ? first.answer : undefined;
    },
  };
}
