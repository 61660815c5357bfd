/** A program that applies one layer repeatedly: its depth, its layer, the gradient at each. No DOM. */

/** @param {string} program @param {number} depth */
export const withDepth = (program, depth) => program.replace(/range\(\d+\)/, `range(${depth})`);

/**
 * Return the chain with another layer: `h = sigmoid(h)` becomes `h = relu(h)`.
 * @param {string} program
 * @param {string} layer
 */
export const withLayer = (program, layer) => program.replace(/^(\s+\w+ = )\w+\(/m, `$1${layer}(`);

/**
 * Return the absolute gradient at the input and after each layer, ending with the output's own 1.
 * @param {import("../../figure/answers.js").Graph} graph
 * @returns {number[]}
 */
export function layerGradients({ nodes, groups, inputs }) {
  const ends = new Set(groups.filter((group) => group.parent === null).map((group) => group.output));
  const first = new Set(inputs.map((input) => input.id));
  return nodes
    .filter((node) => first.has(node.id) || ends.has(node.id) || (node.kind === "op" && node.group === null))
    .map((node) => Math.abs(Number(node.grad)));
}
