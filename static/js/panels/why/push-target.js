/** What is pushed: the selected number, or one element of the selected tensor. */

import { indexOf, sizeOf } from "../../kit/tensor-values.js";
import { readPush } from "./pushed.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("./elements.js").Known} Known */
/** @typedef {{id: string, index: number[]}} Target */

/**
 * Return the place of the largest written gradient of a tensor; the first where none is written.
 * @param {import("../../figure/answers.js").GraphNode} node
 */
function steepest({ shape, cells }) {
  const texts = cells?.grad ?? [];
  const sizes = texts.flatMap((row, i) => row.map((text, j) => ({ i, j, size: Math.abs(Number(text.replace("−", "-").replaceAll(",", ""))) || 0 })));
  const most = sizes.reduce((best, each) => (each.size > best.size ? each : best), { i: 0, j: 0, size: 0 });
  return indexOf(shape, 0, most.i, most.j);
}

/**
 * @param {App} app
 * @param {ReturnType<typeof import("./elements.js").createElements>} elements
 */
export function createTarget(app, elements) {
  const { store } = app;
  /** The element last chosen, by tensor. @type {Map<string, number[]>} */
  const chosen = new Map();

  /** Return the selected number or tensor, if the output is a number; a group stands for its result. */
  function selectedNode() {
    const { graph } = app;
    const selected = store.get("selected");
    if (!graph || graph.error || selected === null || app.mode === "quiz") return null;
    const node = nodeOf(selected);
    const output = graph.nodes.find((node) => node.id === graph.output);
    if (!node || output?.shape?.length || node.id === graph.output || node.grad_text === null || sizeOf(node.shape) === 0) return null;
    return node;
  }

  /** Return the node that a part of the graph shows. @param {string} part */
  function nodeOf(part) {
    const { graph } = app;
    const id = graph?.groups.find((group) => group.id === part)?.output ?? graph?.edges.find((edge) => edge.id === part)?.source ?? part;
    return graph?.nodes.find((node) => node.id === id);
  }

  /** Return what is pushed: the selected number, or the chosen element of a tensor. @returns {Target | null} */
  function target() {
    const node = selectedNode();
    if (!node) return null;
    const { id, shape } = node;
    if (shape.length === 0) return { id, index: [] };
    const pushed = readPush(store.get("nudge"));
    const index = pushed?.id === id ? pushed.index : (chosen.get(id) ?? steepest(node));
    return { id, index: index.length === shape.length && index.every((k, axis) => k < (shape[axis] ?? 0)) ? index : shape.map(() => 0) };
  }

  /** @returns {Known | null} */
  function subject() {
    const at = target();
    return at && elements.of(at.id, at.index);
  }

  /** Return the push in the link if it is of what is selected. */
  function own() {
    const [push, at] = [readPush(store.get("nudge")), target()];
    return push && at && push.id === at.id && `${push.index}` === `${at.index}` ? push : null;
  }

  /** Whether the graph has what a push is of. @param {Target} push */
  function fits({ id, index }) {
    const shape = app.graph?.nodes.find((node) => node.id === id)?.shape;
    return shape?.length === index.length && index.every((k, axis) => k < (shape[axis] ?? 0));
  }

  return {
    node: selectedNode,
    nodeOf,
    target,
    subject,
    own,
    fits,
    /** Remember the element to push of a tensor. @param {Target} at */
    choose: ({ id, index }) => chosen.set(id, index),
  };
}
