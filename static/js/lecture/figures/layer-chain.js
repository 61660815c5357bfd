/** A program that puts one layer behind another in a loop: its depth, its layer, and the gradient at each. No DOM. */

/** @param {string} program @param {number} depth */
export const withDepth = (program, depth) => program.replace(/range\(\d+\)/, `range(${depth})`);

/** The same chain of another layer: `h = sigmoid(h)` becomes `h = relu(h)`. @param {string} program @param {string} layer */
export const withLayer = (program, layer) => program.replace(/^(\s+\w+ = )\w+\(/m, `$1${layer}(`);

/**
 * The size of the gradient at the input and behind each layer, the last one's first being the output's own 1.
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
