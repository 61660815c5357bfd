/**
 * What of the page's state fits a graph: the rest, left by an edit or brought by a link, is dropped. No DOM.
 *
 * A typed upstream gradient stays: its panel says that it does not fit, and until it does the graph is that for 1. One
 * of a link goes.
 */

import { fits } from "../kit/tensor-values.js";
import { knownGroups } from "./groups.js";

/** @typedef {import("./answers.js").Graph} Graph */
/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").InputValue} InputValue */
/** @typedef {import("../kit/types.js").Problem} Problem */

/**
 * Whether the graph has a node, an edge or a group with this id.
 * @param {string} id
 * @param {Pick<Graph, "nodes" | "edges" | "groups">} graph
 */
export function isPart(id, { nodes, edges, groups }) {
  const has = (/** @type {{id: string}[]} */ list, name = id) => list.some((item) => item.id === name);
  if (id === "@output" || has(nodes) || has(edges) || has(groups)) return true;
  const [source = "", target = ""] = id.split("->");
  return has(nodes, source) && (target === "@output" || has(groups, target));
}

/**
 * Whether an upstream gradient has the output's shape.
 * @param {InputValue} upstream
 * @param {Pick<Graph, "nodes" | "output">} graph
 */
export const fitsOutput = (upstream, { nodes, output }) => fits(upstream, nodes.find(({ id }) => id === output)?.shape ?? []);

/**
 * Return the part of the state that depends on the graph, without what the graph lacks.
 * @param {Pick<State, "inputs" | "output" | "open" | "selected" | "mistakes" | "conventions">} state
 * @param {Graph} graph
 */
export function fitting({ inputs, output: wanted, open, selected, mistakes, conventions }, graph) {
  const shapes = new Map(graph.inputs.map(({ name, shape }) => [name, shape ?? []]));
  const ops = new Set(["fan_out", ...graph.nodes.map(({ op }) => op), ...graph.groups.map(({ op, name }) => op ?? name)]);
  const known = (/** @type {string} */ name) => ops.has(name.split(".")[0] ?? "");
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).filter(([name, value]) => shapes.has(name) && fits(value, shapes.get(name) ?? [])),
    ),
    output: wanted === graph.output ? wanted : null,
    open: knownGroups(open, graph),
    selected: selected !== null && isPart(selected, graph) ? selected : null,
    mistakes: mistakes.filter(known),
    conventions: conventions.filter(known),
  };
}

/** State by the member of a request's body. */
const MEMBERS = /** @type {const} */ ({ seed: "upstream", inputs: "inputs", mistakes: "mistakes", conventions: "conventions" });

/**
 * Return what replaces the members of a request that the server refused as meaningless; null if it refused others.
 * @param {Problem} problem
 * @param {Pick<State, "inputs" | "upstream" | "mistakes" | "conventions">} state
 * @returns {Partial<State> | null}
 */
export function withoutRefused({ type, errors = [] }, state) {
  if (type !== "/api#invalid-request") return null;
  /** @type {Partial<State>} */
  const patch = {};
  for (const { pointer } of errors) {
    const [, , member = "", place = ""] = pointer.split("/");
    const key = MEMBERS[/** @type {keyof typeof MEMBERS} */ (member === "upstream" ? "seed" : member)];
    if (key === undefined) return null;
    if (key === "upstream") patch.upstream = 1;
    else if (key === "inputs") {
      const { [place]: _, ...rest } = patch.inputs ?? state.inputs;
      patch.inputs = place === "" ? {} : rest;
    } else {
      const refused = place === "" ? state[key] : [state[key][Number(place)]];
      patch[key] = (patch[key] ?? state[key]).filter((name) => !refused.includes(name));
    }
  }
  return errors.length > 0 ? patch : null;
}
