import assert from "node:assert/strict";
import { test } from "node:test";

import { createStepPages } from "../../../../static/js/panels/stepper/pages.js";

/** A server with a walk of `total` steps, the first `forward` of them forward. */
function setUp(/** @type {number} */ total, forward = total / 2) {
  /** @type {number[]} */
  const asked = [];
  let generation = 0;
  const pages = createStepPages(async (start, count) => {
    asked.push(start);
    const mine = generation;
    await new Promise((resolve) => setTimeout(resolve));
    const steps = Array.from({ length: Math.min(count, total - start) }, (_, k) => ({
      index: start + k,
      phase: /** @type {const} */ (start + k < forward ? "forward" : "backward"),
      node: `n${start + k}`,
      edges: [],
      title: `${mine}`,
      sentence: "",
      formula: null,
    }));
    return { count: total, steps };
  }, 10);
  return { pages, asked, next: () => (generation += 1) };
}

test("only as many pages as needed are fetched", async () => {
  const { pages, asked } = setUp(100);
  assert.equal(await pages.renew(1), true);
  assert.equal(pages.count, 100);
  assert.deepEqual(asked, [0]);
  assert.equal(await pages.extend(25), true);
  assert.deepEqual(asked, [0, 10, 20]);
  assert.equal(pages.steps.length, 30);
  assert.deepEqual(pages.steps.map(({ index }) => index), Array.from({ length: 30 }, (_, k) => k));
});

test("what is there is not fetched again", async () => {
  const { pages, asked } = setUp(12);
  await pages.renew(12);
  assert.equal(await pages.extend(12), false);
  assert.equal(await pages.extend(1000), false);
  assert.deepEqual(asked, [0, 10]);
});

test("two calls at once share a page", async () => {
  const { pages, asked } = setUp(40);
  await pages.renew(1);
  await Promise.all([pages.extend(15), pages.extend(18)]);
  assert.deepEqual(asked, [0, 10]);
});

test("new numbers replace the old steps only when they are there", async () => {
  const { pages, next } = setUp(10);
  await pages.renew(10);
  next();
  const renewed = pages.renew(10);
  assert.equal(pages.steps[0]?.title, "0");
  await renewed;
  assert.equal(pages.steps[0]?.title, "1");
});

test("of two renewals the newer one holds", async () => {
  const { pages, next } = setUp(10);
  const older = pages.renew(10);
  next();
  const newer = pages.renew(10);
  assert.equal(await older, false);
  assert.equal(await newer, true);
  assert.equal(pages.steps[0]?.title, "1");
});

test("another graph forgets the steps on their way", async () => {
  const { pages } = setUp(10);
  const late = pages.renew(10);
  pages.clear();
  assert.equal(await late, false);
  assert.equal(pages.count, null);
  assert.deepEqual(pages.steps, []);
});

test("a graph without an op has no steps", async () => {
  const { pages } = setUp(0);
  assert.equal(await pages.renew(1), true);
  assert.equal(pages.count, 0);
});

test("a step is found again when its layer was opened or closed", async () => {
  const walk = ["x", "sigmoid_1.op_1", "sigmoid_1.op_2", "y"];
  const step = (/** @type {string} */ node, index = 0, phase = /** @type {"forward" | "backward"} */ ("forward")) => ({
    index, phase, node, edges: [], title: "", sentence: "", formula: null,
  });
  const pages = createStepPages(async () => ({ count: walk.length, steps: walk.map((node, k) => step(node, k)) }));
  await pages.renew(10);
  assert.equal(pages.like(step("y")), 4);
  assert.equal(pages.like(step("sigmoid_1")), 2);
  assert.equal(pages.like(step("x.op_7")), 1);
  assert.equal(pages.like(step("y", 0, "backward")), null);
});

test("the turn is where backward begins", async () => {
  const { pages } = setUp(30, 14);
  await pages.renew(1);
  assert.equal(pages.turn, 15);
  await pages.extend(30);
  assert.equal(pages.turn, 14);
});
