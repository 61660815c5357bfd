/** Search among the nodes and groups of a graph, best matches first. No DOM. */

/** @typedef {import("../figure/answers.js").GraphNode} GraphNode */
/** @typedef {import("../figure/answers.js").GraphGroup} GraphGroup */
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
 * @param {{nodes: GraphNode[], groups: GraphGroup[]}} graph
 * @param {string} text
 * @param {number} [limit]
 * @returns {Found[]}
 */
export function findNodes(graph, text, limit = 12) {
  const query = text.trim().toLocaleLowerCase();
  if (query === "") return [];
  /** @param {(string | null | undefined)[]} texts */
  const best = (texts) => Math.max(0, ...texts.map((item) => (item ? score(item, query) : 0)));
  const nodes = graph.nodes.map((node) => ({
    id: node.id,
    name: node.name ?? node.symbol,
    detail: [node.label, node.kind === "op" && node.name ? node.symbol : node.op, node.value_text].filter(Boolean).join("  "),
    score: best([node.id, node.name, node.label, node.op, node.symbol]),
  }));
  const groups = graph.groups.map((group) => ({
    id: group.id,
    name: group.name,
    detail: group.id,
    score: best([group.id, group.name, group.op]),
  }));
  const found = [...nodes, ...groups].filter((item) => item.score > 0);
  return found.sort((a, b) => b.score - a.score).slice(0, limit);
}
