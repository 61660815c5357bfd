/** Elements to light for an edge, or for a path through the graph. */

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").View} View */

/**
 * @param {View} view
 * @param {string} id
 */
export function edgeLight(view, id) {
  const element = view.element(id);
  const end = (/** @type {string} */ name) => element?.getAttribute(`data-${name}`) ?? "";
  return { edges: [id], nodes: [end("source"), end("target")] };
}

/**
 * Return the visible element for an id: itself, its closed layer, or an open layer's last node.
 * @param {App} app
 * @param {string} id
 * @returns {string}
 */
function drawnAs(app, id) {
  const inside = app.graph?.groups.find((group) => group.id === id);
  if (inside && app.view.element(id)?.classList.contains("open")) return drawnAs(app, inside.output);
  if (app.view.element(id)) return id;
  /** @type {string | null} */
  let group = app.graph?.nodes.find((node) => node.id === id)?.group ?? null;
  while (group !== null && !app.view.element(group)) {
    const inner = group;
    group = app.graph?.groups.find(({ id }) => id === inner)?.parent ?? null;
  }
  return group ?? id;
}

/**
 * @param {App} app
 * @param {string[]} path node ids, each an input of the next
 */
export function pathLight(app, path) {
  const nodes = [...path.map((id) => drawnAs(app, id)), "@output"];
  const steps = new Set(nodes.slice(1).map((id, i) => `${nodes[i]} ${id}`));
  const edges = [...(app.view.svg?.querySelectorAll(".edges > [data-id]") ?? [])]
    .filter((edge) => steps.has(`${edge.getAttribute("data-source")} ${edge.getAttribute("data-target")}`))
    .map((edge) => edge.getAttribute("data-id") ?? "");
  const boxes = [...(app.view.svg?.querySelectorAll(".groups > [data-id]") ?? [])];
  return { nodes, edges, done: boxes.map((box) => box.getAttribute("data-id") ?? "") };
}
