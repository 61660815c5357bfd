/** Target of an arrow key in the graph on the screen. No DOM. */

/** @typedef {{id: string, source: string, target: string}} Line */
/** @typedef {{nodes: string[], edges: Line[]}} Shown nodes in graph order, and edges, as the picture shows them */

/**
 * Return the target of a key. Between nodes, ← → follow the graph's order and ↑ ↓ enter a node's edges. On an edge, ←
 * → lead to its ends and ↑ ↓ to the other edges of the node just left.
 * @param {Shown} shown
 * @param {string | null} id the focused element
 * @param {string} key
 * @param {string | null} from the node from which the focus came to an edge
 * @returns {string | null} null if the key leads nowhere
 */
export function arrowTarget({ nodes, edges }, id, key, from) {
  const line = edges.find((edge) => edge.id === id);
  if (line) {
    switch (key) {
      case "ArrowRight":
        return line.target;
      case "ArrowLeft":
        return line.source;
      case "ArrowDown":
      case "ArrowUp": {
        const around = edgesOf(edges, from ?? line.source);
        const at = around.findIndex((edge) => edge.id === id);
        return around[(at + (key === "ArrowDown" ? 1 : -1) + around.length) % around.length]?.id ?? null;
      }
    }
    return null;
  }
  const at = id === null ? -1 : nodes.indexOf(id);
  switch (key) {
    case "ArrowRight":
      return nodes[Math.min(nodes.length - 1, at + 1)] ?? null;
    case "ArrowLeft":
      return nodes[Math.max(0, at - 1)] ?? null;
    case "Home":
      return nodes[0] ?? null;
    case "End":
      return nodes.at(-1) ?? null;
    case "ArrowDown":
      return id === null ? null : (edgesOf(edges, id)[0]?.id ?? null);
    case "ArrowUp":
      return id === null ? null : (edgesOf(edges, id).at(-1)?.id ?? null);
  }
  return null;
}

/**
 * Return the outgoing edges of a node, then its incoming ones.
 * @param {Line[]} edges
 * @param {string} id
 */
function edgesOf(edges, id) {
  return [...edges.filter((edge) => edge.source === id), ...edges.filter((edge) => edge.target === id)];
}
