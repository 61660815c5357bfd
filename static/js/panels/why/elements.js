/** Numbers by id and place: a node's own value and gradient, or those of one element of a tensor, fetched and kept new. */

import { ignoreFailedCall } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";

/** @typedef {import("../../figure/types.js").App} App */
/**
 * A number with a gradient.
 * @typedef {object} Known
 * @property {string} id
 * @property {number[]} index empty for a number
 * @property {string} name
 * @property {number} value
 * @property {number} slope of the output by it
 * @property {string} valueText
 * @property {string} slopeText
 */

/** Name an element as sentences do. @param {string} name @param {readonly number[]} index */
export const elementName = (name, index) => (index.length === 0 ? name : `${name.includes(" ") ? `(${name})` : name}[${index.join(", ")}]`);

/** Return the slope of the output from a gradient, for any upstream gradient. @param {number} gradient @param {unknown} upstream */
export const slopeOf = (gradient, upstream) => (typeof upstream === "number" && upstream !== 0 ? gradient / upstream : gradient);

/**
 * @param {App} app
 * @param {() => void} changed called when a number has arrived
 */
export function createElements(app, changed) {
  /** @type {Map<string, {ask: () => void, known: Known | null}>} */
  let wanted = new Map();

  /** @param {import("../../figure/answers.js").GraphNode} node @param {number[]} index */
  function want(node, index) {
    /** @type {{ask: () => void, known: Known | null}} */
    const entry = { ask: () => void calls.ask(null), known: null };
    const calls = oneAtATime(
      () => app.api.element(node.id, index),
      (answer) => {
        entry.known = {
          id: node.id, index, name: elementName(node.called, index), value: Number(answer.value), valueText: answer.value_text,
          slope: slopeOf(Number(answer.gradient), app.store.get("upstream")), slopeText: answer.gradient_text,
        };
        changed();
      },
      ignoreFailedCall,
    );
    entry.ask();
    return entry;
  }

  return {
    /**
     * Return what is known of a number; null while it is not, or has no gradient.
     * @param {string} id
     * @param {number[]} index
     * @returns {Known | null}
     */
    of(id, index) {
      const node = app.graph?.nodes.find((node) => node.id === id);
      if (!node || node.shape.length !== index.length || node.grad_text === null) return null;
      if (index.length === 0) {
        if (typeof node.value !== "number" || typeof node.grad !== "number") return null;
        return { id, index, name: node.called, value: node.value, slope: slopeOf(node.grad, app.store.get("upstream")), valueText: node.value_text, slopeText: node.grad_text };
      }
      const key = `${id} ${index.join(",")}`;
      const entry = wanted.get(key) ?? want(node, index);
      wanted.set(key, entry);
      return entry.known;
    },
    /** Ask again for what is still shown, after the graph's numbers have changed. @param {readonly {id: string, index: number[]}[]} shown */
    renew(shown) {
      const keys = new Set(shown.map(({ id, index }) => `${id} ${index.join(",")}`));
      wanted = new Map([...wanted].filter(([key]) => keys.has(key)));
      for (const { ask } of wanted.values()) ask();
    },
    /** Forget everything, as for another graph. */
    forget() {
      wanted = new Map();
    },
  };
}
