/** Where the names and numbers of a formula stand in the graph. No DOM. */

/** @typedef {import("../figure/answers.js").Graph} Graph */

/** Return a text as the program writes it: mathematical italics become plain letters. @param {string} text */
export const plainName = (text) => text.normalize("NFKC").trim();

/** Return a number's text without its sign. @param {string} text */
const size = (text) => text.replace(/^[−-]/, "");

/**
 * Return the selected part and all that it reads, is read by, or connects.
 * @param {string} id of a node, an edge or a group
 * @param {Pick<Graph, "edges" | "groups">} graph
 * @returns {Set<string>}
 */
export function around(id, { edges, groups }) {
  const group = groups.find((item) => item.id === id);
  const middle = new Set(group ? [id, group.output, ...group.inputs] : [id]);
  const near = new Set(middle);
  for (const edge of edges) {
    if (edge.id === id || middle.has(edge.source) || middle.has(edge.target)) for (const part of [edge.id, edge.source, edge.target]) near.add(part);
  }
  return near;
}

/**
 * Return the ids of the nodes and edges that a name or a number of a formula may mean.
 * @param {{name: string} | {number: string}} token
 * @param {Graph} graph
 * @param {Set<string>} near parts among which numbers are looked for
 */
export function placesOf(token, graph, near) {
  if ("name" in token) {
    const { name } = token;
    // Inside a layer a name stands without the layer's id; `x_2` may be written x2.
    const spelt = (/** @type {string} */ id) => id.slice(id.lastIndexOf(".") + 1);
    const same = (/** @type {string} */ id) => spelt(id) === name || spelt(id).replaceAll("_", "") === name.replaceAll("_", "");
    return graph.nodes.filter(({ id, kind }) => kind !== "constant" && same(id)).map(({ id }) => id);
  }
  const number = size(token.number);
  const shows = (/** @type {{value_text: string, grad_text: string | null}} */ part) =>
    size(part.value_text) === number || (part.grad_text !== null && size(part.grad_text) === number);
  const edges = graph.edges.filter((edge) => near.has(edge.id) && shows(edge)).map(({ id }) => id);
  return [...graph.nodes.filter((node) => near.has(node.id) && shows(node)).map(({ id }) => id), ...edges];
}
