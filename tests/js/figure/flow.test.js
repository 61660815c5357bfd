import assert from "node:assert/strict";
import { test } from "node:test";
import { openGroups, toggled, updateNumbers } from "../../../static/js/figure/flow.js";
import { exampleOf, byPart } from "../../../static/js/workbench/examples.js";
import { keptInputs, stepped } from "../../../static/js/panels/inputs.js";

const groups = [
  { id: "outer_1", parent: null },
  { id: "outer_1.sigmoid_1", parent: "outer_1" },
  { id: "outer_10", parent: null },
];

test("a click opens a group, another closes it with those inside it", () => {
  assert.deepEqual(toggled(["outer_10"], "outer_1", groups), ["outer_10", "outer_1"]);
  assert.deepEqual(toggled(["outer_10", "outer_1.sigmoid_1", "outer_1"], "outer_1", groups), ["outer_10"]);
});

test("groups that a changed program no longer has are forgotten", () => {
  assert.deepEqual(openGroups(["gone_1", "outer_1"], /** @type {any} */ ({ groups })), ["outer_1"]);
});

test("new numbers reach nodes, edges and inputs", () => {
  const graph = /** @type {any} */ ({
    nodes: [{ id: "x", value: 1, note: { ko: "", en: "" } }, { id: "y", value: 2 }],
    edges: [{ id: "x->y.0", source: "x", target: "y", value: 1 }],
    inputs: [{ id: "x", value: 1 }],
  });
  updateNumbers(graph, {
    structure: "s",
    output: "y",
    values: [3, "Infinity"],
    grads: [2, 1],
    value_texts: ["3", "∞"],
    grad_texts: ["2", "1"],
    edge_grads: [2],
    edge_locals: [2],
    edge_grad_texts: ["2"],
    edge_local_texts: ["2"],
    groups: {},
    notes: { y: { ko: "넘침", en: "overflow" } },
    failing: [],
    wrong: [],
  });
  assert.equal(graph.nodes[0].value_text, "3");
  assert.equal(graph.nodes[0].note, null);
  assert.equal(graph.nodes[1].value, "Infinity");
  assert.equal(graph.nodes[1].note.en, "overflow");
  assert.equal(graph.edges[0].value, 3);
  assert.equal(graph.edges[0].grad_text, "2");
  assert.equal(graph.inputs[0].value, 3);
});

test("a literal edited in the program wins over its slider; the other sliders stay", () => {
  const before = [{ name: "a", default: 1 }, { name: "b", default: 2 }, { name: "gone", default: 3 }];
  const now = [{ name: "a", default: 5 }, { name: "b", default: 2 }];
  assert.deepEqual(keptInputs({ a: 9, b: 8, gone: 7 }, before, now), { b: 8 });
});

test("inputs of a link are kept when nothing was shown before", () => {
  assert.deepEqual(keptInputs({ a: 9 }, [], [{ name: "a", default: 1 }]), { a: 9 });
});

test("a step stays on the grid of the step", () => {
  assert.equal(stepped(1.1, 0.1, 0.1), 1.2);
  assert.equal(stepped(0.3, -0.1, 0.1), 0.2);
  assert.equal(stepped(100, 10, 1), 110);
  assert.equal(stepped(0, 1e-7, 1e-7), 1e-7);
});

test("an example is known by its program, and of several the one shown most alike", () => {
  const shown = { labels: "numbers", open: [], seed: 1 };
  const examples = /** @type {any[]} */ ([
    { ...shown, slug: "a", part: 1, program: "x = 1\n", open: ["g_1"] },
    { ...shown, slug: "b", part: 2, program: "x = 1" },
    { ...shown, slug: "c", part: 1, program: "x = 3" },
    { ...shown, slug: "d", part: 3, program: "x = 3" },
  ]);
  /** @param {object} state @param {string} [chosen] */
  const here = (state, chosen) => exampleOf(examples, /** @type {any} */ ({ ...shown, ...state }), chosen)?.slug;
  assert.equal(here({ program: "x = 1\n" }), "b");
  assert.equal(here({ program: "x = 1", open: ["g_1"] }), "a");
  assert.equal(here({ program: "x = 3" }), "c");
  assert.equal(here({ program: "x = 3" }, "d"), "d");
  assert.equal(here({ program: "x = 9" }), undefined);
  assert.deepEqual(byPart(examples).map(([part, items]) => [part, items.map((item) => item.slug)]), [
    [1, ["a", "c"]],
    [2, ["b"]],
    [3, ["d"]],
  ]);
});
