/** The blanks of a picture: which there are, and the right answer to each. No DOM. */

import { readValue } from "./score.js";

/** @typedef {import("../figure/answers.js").Graph} Graph */
/** @typedef {import("../figure/answers.js").Values} Values */
/** @typedef {import("../panels/stepper/state.js").DrawnEdge} DrawnEdge */

/**
 * @typedef {object} Blank
 * @property {string} key identifies the answer; equal values on several edges share it
 * @property {"value" | "grad"} kind
 * @property {string} edge id of its edge
 * @property {string} source where the edge starts, as the picture shows it
 * @property {string} target where it ends
 * @property {string} explainedBy id whose explanation gives the hints: the node of a value, the edge of a gradient
 * @property {number} right
 * @property {string} text what the picture would show
 * @property {import("./score.js").Made} made
 */

/**
 * @param {Graph} graph
 * @param {Values} values
 * @param {readonly (DrawnEdge & {value: boolean, grad: boolean})[]} drawn the picture's edges, and which of their
 *   numbers are blank; edges into one closed layer are merged
 * @returns {Blank[]} in solving order: values forward, then gradients backward
 */
export function findBlanks(graph, values, drawn) {
  const nodeAt = new Map(graph.nodes.map((node, i) => [node.id, i]));
  for (const { id, output } of graph.groups) nodeAt.set(id, nodeAt.get(output) ?? -1);
  const edgeAt = new Map(graph.edges.map((edge, k) => [edge.id, k]));
  const depth = (/** @type {string} */ id) => nodeAt.get(id) ?? Infinity;

  /** @param {string} id Return the gradients that arrive at a node, one per outgoing edge. */
  function partsOf(id) {
    const node = graph.nodes[nodeAt.get(id) ?? -1];
    return graph.edges
      .flatMap(({ source }, k) => (source === node?.id ? [readValue(values.edge_grads[k])] : []))
      .filter((part) => part !== undefined);
  }

  /** @type {Blank[]} */
  const forward = [];
  /** @type {Blank[]} */
  const backward = [];
  for (const { id, source, target, value, grad } of drawn) {
    const at = nodeAt.get(source) ?? -1;
    const node = graph.nodes[at];
    if (!node) continue;
    const where = { edge: id, source, target };
    const right = readValue(values.values[at]);
    if (value && right !== undefined) {
      const text = values.value_texts[at] ?? "";
      forward.push({ key: `${source} value`, kind: "value", ...where, explainedBy: source, right, text, made: {} });
    }
    if (!grad) continue;
    const k = edgeAt.get(id);
    const merged = values.groups[id];
    const found = k === undefined ? (merged ?? { grad: values.grads[at], grad_text: values.grad_texts[at] }) : null;
    const slope = readValue(k === undefined ? found?.grad : values.edge_grads[k]);
    if (slope === undefined) continue;
    const text = (k === undefined ? found?.grad_text : values.edge_grad_texts[k]) ?? "";
    const to = nodeAt.get(target);
    const made =
      k === undefined || to === undefined
        ? {}
        : {
            upstream: readValue(values.grads[to]),
            local: readValue(values.edge_locals[k]),
            own: right,
            op: graph.nodes[to]?.op ?? undefined,
            parts: partsOf(target),
          };
    backward.push({ key: `${id} grad`, kind: "grad", ...where, explainedBy: id, right: slope, text, made });
  }
  forward.sort((a, b) => depth(a.source) - depth(b.source));
  backward.sort((a, b) => depth(b.target) - depth(a.target));
  return [...forward, ...backward];
}
