import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf } from "../../static/js/run-csv.js";

/** @typedef {import("../../static/js/run-types.js").RunOptions} RunOptions */

/** @type {RunOptions} */
const options = { hidden: [20, 10], activation: "relu", init: 0.01, optimizer: "sgd", learning_rate: 0.1, batch_size: 100, seed: 7, dataset: "mnist" };
/** @type {import("../../static/js/run-types.js").History} */
const history = {
  every: 10,
  steps: [10, 20],
  loss: [2.302585092994046, "NaN"],
  accuracy: [0.1, 0.25],
  gradient_norms: [[1e-7, 0.5], ["Infinity", 0.25]],
  dead_units: [[0.05], [0]],
  test_steps: [20, 25],
  test_accuracy: [0.3, 0.35],
  marks: [
    { step: 0, name: "hidden", value: [20, 10] },
    { step: 15, name: "learning_rate", value: 0.01 },
    { step: 15, name: "optimizer", value: "adam" },
    { step: 20, name: "params", value: null },
  ],
};

test("a row a step, every digit, NaN and infinity by name", () => {
  const lines = csvOf([{ name: "A", options, history }]).split("\r\n");
  assert.deepEqual(lines, [
    "run,hidden,activation,init,seed,step,loss,accuracy,test_accuracy,gradient_norm_1,gradient_norm_2,dead_units_1,change",
    "A,20-10,relu,0.01,7,0,,,,,,,hidden=20-10",
    "A,20-10,relu,0.01,7,10,2.302585092994046,0.1,,1e-7,0.5,0.05,",
    "A,20-10,relu,0.01,7,15,,,,,,,learning_rate=0.01; optimizer=adam",
    "A,20-10,relu,0.01,7,20,NaN,0.25,0.3,Infinity,0.25,0,params",
    "A,20-10,relu,0.01,7,25,,,0.35,,,,",
    "",
  ]);
});

test("runs with more layers make room for all, and every row is as long as the header", () => {
  const deep = { ...history, gradient_norms: [[1, 2, 3], [4, 5, 6]], dead_units: [[0, 0.5], [0, 0.5]] };
  const lines = csvOf([
    { name: "A", options, history },
    { name: "B", options, history: deep },
  ]).trimEnd().split("\r\n");
  const lengths = new Set(lines.map((line) => line.split(",").length));
  assert.deepEqual([...lengths], [15]);
  assert.ok(lines.at(-2)?.startsWith("B,20-10,relu,0.01,7,20,NaN,0.25,0.3,4,5,6,0,0.5"));
});

test("what holds a comma or a quote is quoted", () => {
  const [, row] = csvOf([{ name: 'A, "first"', options, history: { ...history, marks: [] } }]).split("\r\n");
  assert.ok(row?.startsWith('"A, ""first""",20-10'));
});

test("no runs, no rows", () => {
  assert.equal(csvOf([]), "run,hidden,activation,init,seed,step,loss,accuracy,test_accuracy,change\r\n");
});
