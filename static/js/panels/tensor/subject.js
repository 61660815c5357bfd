/** Which tensor a selection shows, and the ids of its value and gradient on the server. No DOM. */

/** @typedef {import("../../figure/answers.js").Of} Of */

/**
 * A tensor to show.
 * @typedef {object} Subject
 * @property {string} id the selection
 * @property {string} name
 * @property {string} node node whose elements are traced
 * @property {Record<Of, string | null>} ids ids of value and gradient for the server; null where there is none
 * @property {number[]} shape
 * @property {(string | number)[]} axes
 */

/**
 * Return the tensor of a selection, or null for plain numbers.
 * @param {import("../../figure/answers.js").Graph} graph
 * @param {string} id
 * @returns {Subject | null}
 */
export function subjectOf(graph, id) {
  const output = graph.groups.find((group) => group.id === id)?.output;
  const source = id.includes("->") ? id.slice(0, id.indexOf("->")) : (output ?? (id === "@output" ? graph.output : id));
  const from = graph.groups.find((group) => group.id === source)?.output ?? source;
  const node = graph.nodes.find((node) => node.id === from);
  if (!node || node.shape.length === 0) return null;
  const isEdge = id.includes("->");
  // The graph does not list an edge into a closed layer; the server knows its gradient all the same.
  const grad = isEdge ? (graph.edges.find((edge) => edge.id === id) ?? node).grad_text : node.grad_text;
  return {
    id,
    name: node.name ?? node.symbol,
    node: node.id,
    ids: { value: node.id, grad: grad === null ? null : isEdge ? id : node.id },
    shape: node.shape,
    axes: node.axes ?? node.shape,
  };
}
