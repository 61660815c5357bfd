/** Building blocks of an explanation's sections: titles, links, folded lists, pairs of formulas. */

import { make } from "../kit/element.js";
import { formulaLine } from "../kit/formula.js";

/** @typedef {import("../kit/types.js").Formula} Formula */
/** @typedef {import("../kit/element.js").Child} Child */

/** Rows of a list shown before its fold. */
const MOST = 12;

/**
 * @param {string} title
 * @param {...(Child | Child[])} children
 */
export const section = (title, ...children) =>
  make("section", { class: "why", "data-key": title }, make("h3", {}, title), ...children);

/**
 * Create one line of a formula in symbols, then with its numbers.
 * @param {{symbols: Formula, numbers: Formula} | null} pair
 */
export const both = (pair) =>
  pair && (pair.symbols.latex === pair.numbers.latex ? formulaLine(pair.symbols) : formulaLine(pair.symbols, pair.numbers));

/**
 * Create the words and links of one graph.
 * @param {import("../figure/types.js").App} app
 */
export function createExplanationParts(app) {
  const { t } = app;

  /** Return what a node or a group is called. @param {string} id */
  function nameOf(id) {
    const node = app.graph?.nodes.find((node) => node.id === id);
    if (id === "@output") return t("result");
    return (node ?? app.graph?.groups.find((group) => group.id === id))?.called ?? id;
  }

  /** Return an expression that its name shortens. @param {string} id */
  function wholeOf(id) {
    const node = app.graph?.nodes.find((node) => node.id === id);
    return node?.expression && node.expression !== node.called ? node.expression : null;
  }

  return {
    nameOf,

    /** Create a button that selects a part of the graph. @param {string} id @param {Child} [text] */
    link: (id, text = nameOf(id)) => make("button", { type: "button", class: "link", "data-select": id, title: wholeOf(id) }, text),

    /**
     * Create a list whose rows beyond the first dozen are folded away.
     * @param {HTMLElement[]} rows
     * @param {(rows: HTMLElement[]) => HTMLElement} list
     */
    folded: (rows, list) => [
      list(rows.slice(0, MOST)),
      rows.length > MOST &&
        make("details", {}, make("summary", {}, t("{n} more", { n: rows.length - MOST })), list(rows.slice(MOST))),
    ],
  };
}
