/** Numbers by id and place: a node's own value and gradient, or those of one element of a tensor, fetched and kept new. */

import { ignoreFailedCall } from "../../kit/http.js";
import { numberText } from "../../kit/number-text.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";

/** @typedef {import("../../figure/types.js").App} App */
/**
 * A number with a gradient.
 * @typedef {object} Known
 * @property {string} id
 * @property {number[]} index empty for a number
 * @property {string} name
 * @property {number} value
 * @property {number} slope of the output by it, as it really is
 * @property {string} valueText
 * @property {string} slopeText
 * @property {{slope: number, text: string} | null} broken the slope that a broken rule tells instead
 */

/** Name an element as sentences do. @param {string} name @param {readonly number[]} index */
export const elementName = (name, index) => (index.length === 0 ? name : `${name.includes(" ") ? `(${name})` : name}[${index.join(", ")}]`);

/** Return the slope of the output from a gradient, for any upstream gradient. @param {number} gradient @param {unknown} upstream */
export const slopeOf = (gradient, upstream) => (typeof upstream === "number" && upstream !== 0 ? gradient / upstream : gradient);

/** Whether two slopes are the same but for rounding. @param {number} a @param {number} b */
const isNear = (a, b) => Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b));

/**
 * @param {App} app
 * @param {() => void} changed called when a number has arrived
 */
export function createElements(app, changed) {
  /** @type {Map<string, {ask: () => void, known: Known | null}>} */
  let wanted = new Map();
  const isBroken = () => app.store.get("mistakes").length > 0;

  /** @param {import("../../figure/answers.js").GraphNode} node @param {number[]} index */
  function want(node, index) {
    /** @type {{ask: () => void, known: Known | null}} */
    const entry = { ask: () => void calls.ask(null), known: null };
    const calls = oneAtATime(
      () => app.api.element(node.id, index),
      (answer) => {
        const told = slopeOf(Number(answer.gradient), app.store.get("upstream"));
        const slope = Number(answer.slope);
        entry.known = {
          id: node.id, index, name: elementName(node.called, index), value: Number(answer.value), valueText: answer.value_text,
          slope, slopeText: answer.slope_text, broken: isBroken() && !isNear(told, slope) ? { slope: told, text: numberText(told) } : null,
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
      // With a broken rule the graph does not know the true slope.
      if (index.length === 0 && !isBroken()) {
        if (typeof node.value !== "number" || typeof node.grad !== "number") return null;
        const slope = slopeOf(node.grad, app.store.get("upstream"));
        return { id, index, name: node.called, value: node.value, slope, valueText: node.value_text, slopeText: numberText(slope), broken: null };
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
