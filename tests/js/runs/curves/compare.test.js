import assert from "node:assert/strict";
import { test } from "node:test";
import { differing, reachOf } from "../../../../static/js/runs/curves/compare.js";

/** @type {import("../../../../static/js/runs/client/types.js").RunOptions} */
const options = { hidden: [50], activation: "relu", init: "he", optimizer: "sgd", learning_rate: 0.1, batch_size: 100, seed: 0, dataset: "mnist" };

test("only what runs differ in is told", () => {
  assert.deepEqual(differing([options, options]), []);
  const names = (/** @type {typeof options[]} */ all) => differing(all).map(([key]) => key);
  assert.deepEqual(names([options, { ...options, activation: "sigmoid", init: 0.01 }]), ["activation", "init"]);
  assert.deepEqual(names([options, { ...options, hidden: [50, 50] }]), ["hidden"]);
  assert.deepEqual(names([options, { ...options, hidden: [50] }]), []);
});

test("how much gradient reaches the first layer", () => {
  assert.equal(reachOf([1e-6, 1e-3, 0.5]), 2e-6);
  assert.equal(reachOf([0, 0.5]), 0);
  for (const none of [undefined, [], [0.5], [0.1, 0], [NaN, 1], [1, Infinity]]) assert.equal(reachOf(none), null);
});
