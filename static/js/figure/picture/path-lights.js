/** Elements to light for an edge, or for a path through the graph. */

/** @typedef {import("../types.js").App} App */
/** @typedef {import("../types.js").View} View */

/** @param {Element | null} edge @param {"source" | "target" | "id"} name */
const dataOf = (edge, name) => edge?.getAttribute(`data-${name}`) ?? "";

/**
 * Return what a gradient through these nodes is computed from, to be left as it is: their other operands, and what
 * arrives at the last one.
 * @param {View} view
 * @param {Set<string>} through nodes that the gradient comes through
 * @param {string} last
 */
function factors(view, through, last) {
  const beside = view.parts("edge").filter((edge) => through.has(dataOf(edge, "target")) || dataOf(edge, "source") === last);
  return beside.flatMap((edge) => [dataOf(edge, "id"), dataOf(edge, "source")]);
}

/**
 * @param {View} view
 * @param {string} id
 */
export function edgeLight(view, id) {
  const element = view.element(id);
  const target = dataOf(element, "target");
  return { edges: [id], nodes: [dataOf(element, "source"), target], done: factors(view, new Set([target]), target) };
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
  const edges = app.view
    .parts("edge")
    .filter((edge) => steps.has(`${dataOf(edge, "source")} ${dataOf(edge, "target")}`))
    .map((edge) => dataOf(edge, "id"));
  const boxes = app.view.parts("group");
  const beside = factors(app.view, new Set(nodes.slice(1)), "@output");
  return { nodes, edges, done: [...boxes.map((box) => box.getAttribute("data-id") ?? ""), ...beside] };
}
