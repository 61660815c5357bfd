/** Search among the nodes and groups of a graph by name, expression, operation or number, best matches first. No DOM. */

import { withPoint } from "../kit/decimal-comma.js";

/** @typedef {import("../figure/answers.js").GraphNode} GraphNode */
/** @typedef {import("../figure/answers.js").GraphGroup} GraphGroup */
/** @typedef {import("../figure/answers.js").CatalogueOp} CatalogueOp */
/** @typedef {{id: string, name: string, detail: string, score: number}} Found */

/**
 * @param {string} text
 * @param {string} query
 */
function score(text, query) {
  const at = text.toLocaleLowerCase().indexOf(query);
  if (at < 0) return 0;
  return (text.length === query.length ? 4 : at === 0 ? 3 : 1) + query.length / (text.length + 1);
}

/**
 * Return the words that an op's catalogue entry knows it by: `mul`, `×`, `*`, 곱셈, multiplication, multiplies.
 * @param {CatalogueOp} op
 */
export function wordsOf({ name, symbol, written, title, forward }) {
  const operators = written.split(" ").filter((part) => !/[\p{L}\p{N}]/u.test(part));
  const verb = forward?.en.split(" ")[0] ?? "";
  return [name, symbol, ...operators, title.ko, title.en, verb].filter((word) => word !== "");
}

/** An English word without the ending that changes: multiply, multiplies, multiplication. @param {string} word */
const stem = (word) => (/^[a-z]{4,}[ye]$/.test(word) ? word.slice(0, -1) : word);

/** Return a shown number as a number; NaN for other texts. @param {string | null} text */
const numberOf = (text) => (text === null || text.trim() === "" ? NaN : Number(withPoint(text)));

/**
 * @param {{nodes: GraphNode[], groups: GraphGroup[]}} graph
 * @param {string} text
 * @param {object} [options]
 * @param {CatalogueOp[]} [options.ops] entries whose words are found
 * @param {boolean} [options.secret] whether computed numbers are asked, and so neither found nor told
 * @param {number} [options.limit]
 * @returns {Found[]}
 */
export function findNodes(graph, text, { ops = [], secret = false, limit = 12 } = {}) {
  const query = text.trim().toLocaleLowerCase();
  if (query === "") return [];
  const number = numberOf(query);
  const known = new Map(ops.map((op) => [op.name, wordsOf(op)]));
  /** @param {(string | null | undefined)[]} texts */
  const best = (texts) => Math.max(0, ...texts.map((item) => (item ? score(item, query) : 0)));
  /** @param {string | null} op */
  const named = (op) => Math.max(0, ...(known.get(op ?? "") ?? []).map((word) => score(word, word.length < 4 ? query : stem(query))));
  /** @param {GraphNode} node */
  function shown({ kind, value_text: value, grad_text: grad }) {
    if (secret) return kind === "op" ? [] : [value];
    return grad === null ? [value] : [value, `∂ ${grad}`];
  }
  /** @param {GraphNode} node */
  const counted = (node) => (shown(node).some((item) => numberOf(item.replace("∂ ", "")) === number) ? 3.5 : 0);
  const nodes = graph.nodes.map((node) => ({
    id: node.id,
    name: node.called,
    detail: [node.label, node.name === null ? null : node.kind === "op" ? node.symbol : null, ...shown(node)].filter(Boolean).join("  "),
    score: Math.max(
      best([node.id, node.name, node.label, node.op, node.symbol]),
      node.kind === "op" && node.name === null ? best([node.expression]) / 8 : 0,
      named(node.op),
      counted(node),
    ),
  }));
  const groups = graph.groups.map((group) => ({
    id: group.id,
    name: group.called,
    detail: group.id,
    score: Math.max(best([group.id, group.name, group.op, group.called]), named(group.op)),
  }));
  const found = [...nodes, ...groups].filter((item) => item.score > 0);
  return found.sort((a, b) => b.score - a.score).slice(0, limit);
}
