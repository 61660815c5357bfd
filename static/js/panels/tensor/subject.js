/** Which tensor a selection shows, and under which ids the server knows its value and gradient. No DOM. */

/** @typedef {import("../../figure/answers.js").Of} Of */

/**
 * Whose tensors are shown, and by which ids the server knows them.
 * @typedef {object} Subject
 * @property {string} id what is selected
 * @property {string} name
 * @property {string} node whose elements are traced
 * @property {Record<Of, string | null>} ids by which id value and gradient are asked for; null where there is none
 * @property {number[]} shape
 * @property {(string | number)[]} axes
 */

/**
 * What of the graph a selection shows a tensor of; null for plain numbers.
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
  // Of a isEdge into a closed layer the server knows the gradient, and the graph does not list it.
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
