/** Which groups of a graph are open. No DOM. */

/** @typedef {import("./answers.js").Graph} Graph */

/**
 * Return the open groups that the graph has.
 * @param {string[]} open
 * @param {Graph} graph
 */
export function knownGroups(open, graph) {
  const known = new Set(graph.groups.map((group) => group.id));
  return open.filter((id) => known.has(id));
}

/**
 * Return the open groups after one is toggled. Closing a group closes those inside it.
 * @param {string[]} open
 * @param {string} id
 * @param {{id: string, parent: string | null}[]} groups
 */
export function toggledGroups(open, id, groups) {
  if (!open.includes(id)) return [...open, id];
  const parents = new Map(groups.map((group) => [group.id, group.parent]));
  /** @param {string | null | undefined} other */
  const inside = (other) => {
    for (; other; other = parents.get(other)) if (other === id) return true;
    return false;
  };
  return open.filter((other) => !inside(other));
}
