import assert from "node:assert/strict";
import { test } from "node:test";

import { findBlanks } from "../../../static/js/quiz/blanks.js";
import { nameMistake } from "../../../static/js/quiz/score.js";

const node = (/** @type {string} */ id, /** @type {string | null} */ op = null) =>
  /** @type {any} */ ({ id, op, kind: op ? "op" : "input" });
const edge = (/** @type {string} */ source, /** @type {string} */ target, slot = 0) =>
  /** @type {any} */ ({ id: `${source}->${target}.${slot}`, source, target, slot });

// square = x * x; y = square * x at x = 3: 9, 27; back: y passes 3 to square and 9 to x, square 9 and 9 to x.
const GRAPH = /** @type {any} */ ({
  nodes: [node("x"), node("square", "mul"), node("y", "mul")],
  edges: [edge("x", "square", 0), edge("x", "square", 1), edge("square", "y", 0), edge("x", "y", 1)],
  groups: [],
});
const VALUES = /** @type {any} */ ({
  values: [3, 9, 27],
  grads: [27, 3, 1],
  value_texts: ["3", "9", "27"],
  grad_texts: ["27", "3", "1"],
  edge_grads: [9, 9, 3, 9],
  edge_locals: [3, 3, 3, 9],
  edge_grad_texts: ["9", "9", "3", "9"],
  groups: {},
});
const DRAWN = [
  { id: "x->square.0", source: "x", target: "square", value: false, grad: true },
  { id: "x->square.1", source: "x", target: "square", value: false, grad: true },
  { id: "square->y.0", source: "square", target: "y", value: true, grad: true },
  { id: "x->y.1", source: "x", target: "y", value: false, grad: true },
  { id: "y->@output", source: "y", target: "@output", value: true, grad: false },
];

test("values come in the order of the forward pass, gradients in that of the backward pass", () => {
  assert.deepEqual(
    findBlanks(GRAPH, VALUES, DRAWN).map(({ key }) => key),
    [
      "square value",
      "y value",
      "square->y.0 grad",
      "x->y.1 grad",
      "x->square.0 grad",
      "x->square.1 grad",
    ],
  );
});

test("each blank knows what is right and what the picture would show", () => {
  const blanks = new Map(findBlanks(GRAPH, VALUES, DRAWN).map((blank) => [blank.key, blank]));
  assert.equal(blanks.get("y value")?.right, 27);
  assert.equal(blanks.get("y value")?.explainedBy, "y");
  assert.equal(blanks.get("square->y.0 grad")?.right, 3);
  assert.equal(blanks.get("square->y.0 grad")?.text, "3");
  assert.equal(blanks.get("square->y.0 grad")?.explainedBy, "square->y.0");
});

test("what a gradient was made of is enough to name a mistake", () => {
  const blank = findBlanks(GRAPH, VALUES, DRAWN).find(({ key }) => key === "x->square.0 grad");
  assert.deepEqual(blank?.made, { upstream: 3, local: 3, own: 3, op: "mul", parts: [3] });
  assert.equal(nameMistake(3, 9, blank?.made ?? {}), "mul.upstream_forgotten");
});

test("a closed layer's edge has the sum of the gradients inside", () => {
  const graph = /** @type {any} */ ({
    nodes: [node("x"), node("s.op_1", "neg"), node("y", "exp")],
    edges: [edge("x", "s.op_1"), edge("s.op_1", "y")],
    groups: [{ id: "s", output: "s.op_1" }],
  });
  const values = /** @type {any} */ ({
    ...VALUES,
    values: [1, -1, "Infinity"],
    value_texts: ["1", "−1", "∞"],
    groups: { "x->s": { grad: -0.5, grad_text: "−0.5" } },
  });
  const blanks = findBlanks(graph, values, [
    { id: "x->s", source: "x", target: "s", value: false, grad: true },
    { id: "s.op_1->y.0", source: "s", target: "y", value: true, grad: false },
    { id: "y->@output", source: "y", target: "@output", value: true, grad: false },
  ]);
  assert.deepEqual(
    blanks.map(({ key, right, text }) => [key, right, text]),
    [
      ["s value", -1, "−1"],
      ["y value", Infinity, "∞"],
      ["x->s grad", -0.5, "−0.5"],
    ],
  );
});
