/** Which changes the trace tells first, which edges a line joins, and how a sentence breaks. No DOM. */

/** @typedef {import("../../figure/answers.js").Changed} Changed */
/** @typedef {import("../../figure/answers.js").Graph} Graph */

/** Most changed gradients told at once. */
export const MOST = 2;

/**
 * Order the parts whose gradient changed: the selected one, then inputs, nearest to the output first; a changed local
 * derivative before a changed upstream gradient. Without any changed input gradient, the other nodes.
 * @param {readonly Changed[]} changes
 * @param {Graph} graph
 * @param {string | null} selected
 * @returns {Changed[]}
 */
export function told(changes, graph, selected) {
  const inputs = new Set(graph.inputs.map(({ id }) => id));
  const changed = changes.filter(({ gradient }) => gradient !== null);
  const own = changed.filter(({ id }) => id === selected);
  const nodes = changed.filter(({ id, kind }) => kind === "node" && id !== selected);
  const leaves = nodes.filter(({ id }) => inputs.has(id));
  const depth = (/** @type {Changed} */ { id }) => Math.max(-1, ...graph.edges.map((edge, k) => (edge.source === id ? k : -1)));
  const byUpstream = (/** @type {Changed} */ { reason }) => Number(reason?.code === "upstream");
  const rest = (leaves.length > 0 ? leaves : nodes).sort((a, b) => byUpstream(a) - byUpstream(b) || depth(b) - depth(a));
  return [...own, ...rest];
}

/**
 * Return the ids whose reasons the trace may tell.
 * @param {Graph} graph
 * @param {string | null} selected
 */
export const toldAbout = (graph, selected) => [...graph.inputs.map(({ id }) => id), ...(selected === null ? [] : [selected])];

/**
 * Pair each changed value that a gradient is made of with the edge on which that gradient stands.
 * @param {Changed} change
 * @param {readonly Changed[]} changes
 * @param {(edge: string) => {source: string, target: string} | null} endsOf ends of an edge in the picture
 * @returns {{from: string, to: string}[]}
 */
export function lines(change, changes, endsOf) {
  const causes = change.reason?.causes ?? [];
  const ways = changes.filter(({ id, kind, gradient }) => {
    if (kind !== "edge" || gradient === null) return false;
    return id === change.id || endsOf(id)?.source === change.id;
  });
  return causes.flatMap((from) => {
    const cause = endsOf(from);
    // The slope reads an operand beside it, or its own result.
    const to = ways.find(({ id }) => cause && [cause.target, cause.source].includes(endsOf(id)?.target ?? ""));
    return to && to.id !== from ? [{ from, to: to.id }] : [];
  });
}

/** Keep each calculation of a sentence on one line. @param {string} sentence */
export const unbroken = (sentence) => sentence.replaceAll(/ ([×=]) /g, "\u00a0$1\u00a0");
