/** State of a picture at one step of the walk: lit, done or waiting. No DOM. */

/** @typedef {import("../../figure/answers.js").Step} Step */
/** @typedef {{id: string, source: string, target: string}} DrawnEdge an edge as the picture shows it */
/** @typedef {{id: string, kind: string}} DrawnNode a node, a closed group or the terminal, as the picture shows it */

/** The word at the far right that the result flows into. */
const TERMINAL = "@output";

/**
 * @typedef {object} StepState
 * @property {string[]} nodes lit nodes
 * @property {string[]} edges lit edges
 * @property {string[]} done ids that have their value
 * @property {string[]} waiting ids that have no gradient yet
 */

/**
 * @param {number} step 0 before the first; k shows step k - 1 of `steps` as active
 * @param {readonly Step[]} steps at least the first `step` of them
 * @param {readonly DrawnNode[]} nodes
 * @param {readonly DrawnEdge[]} edges
 * @returns {StepState}
 */
export function stepState(step, steps, nodes, edges) {
  const walked = steps.slice(0, step);
  const active = walked.at(-1);
  const known = new Set(nodes.filter(({ kind }) => kind === "input" || kind === "constant").map(({ id }) => id));
  const returned = new Set([TERMINAL]);
  const arrived = new Set();
  for (const { phase, node, edges: lit } of walked) {
    if (phase === "forward") known.add(node);
    else {
      returned.add(node);
      for (const id of lit) arrived.add(id);
    }
  }
  const backward = active?.phase === "backward";
  const hasValue = (/** @type {string} */ id) => backward || known.has(id);
  const hasGradient = (/** @type {DrawnEdge} */ { id, target }) =>
    backward && (arrived.has(id) || returned.has(target));

  const result = edges.find(({ target }) => target === TERMINAL);
  const incomplete = new Set(edges.filter((edge) => !hasGradient(edge)).map(({ source }) => source));
  return {
    nodes: active ? [active.node] : [],
    edges: active ? [...active.edges] : [],
    done: [
      ...nodes.filter(({ id }) => hasValue(id === TERMINAL && result ? result.source : id)),
      ...edges.filter(({ source }) => hasValue(source)),
    ].map(({ id }) => id),
    waiting: [...nodes.filter(({ id }) => incomplete.has(id)), ...edges.filter((edge) => !hasGradient(edge))].map(
      ({ id }) => id,
    ),
  };
}
