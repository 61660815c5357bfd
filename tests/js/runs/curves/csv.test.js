import assert from "node:assert/strict";
import { test } from "node:test";
import { csvOf, readCsv } from "../../../../static/js/runs/curves/csv.js";

/** @type {import("../../../../static/js/runs/client/types.js").RunOptions} */
const options = { hidden: [20, 10], activation: "relu", init: 0.01, optimizer: "sgd", learning_rate: 0.1, batch_size: 100, seed: 7, dataset: "mnist" };
const table = [
  "step,loss,accuracy,gradient_norm_1,gradient_norm_2,dead_units_1,test_accuracy,changed",
  '0,,,,,,,"hidden=[20, 10]"',
  "10,2.302585092994046,0.1,1e-07,0.5,0.05,,",
  "20,NaN,0.25,Infinity,0.25,0.0,0.3,params",
  "",
].join("\r\n");

test("every row of a run bears its name and what it is made of, and the server's digits", () => {
  assert.deepEqual(csvOf([{ name: "A", options, table }]).split("\r\n"), [
    "run,hidden,activation,init,seed,step,loss,accuracy,gradient_norm_1,gradient_norm_2,dead_units_1,test_accuracy,changed",
    'A,20-10,relu,0.01,7,0,,,,,,,"hidden=[20, 10]"',
    "A,20-10,relu,0.01,7,10,2.302585092994046,0.1,1e-07,0.5,0.05,,",
    "A,20-10,relu,0.01,7,20,NaN,0.25,Infinity,0.25,0.0,0.3,params",
    "",
  ]);
});

test("a deeper net beside a flat one: its columns stand beside their like, and every row is as long as the header", () => {
  const deep = "step,loss,accuracy,gradient_norm_1,gradient_norm_2,gradient_norm_3,dead_units_1,dead_units_2,test_accuracy,changed\r\n10,1,0.5,1,2,3,0.25,0.75,,\r\n";
  for (const [first, second] of [[table, deep], [deep, table]]) {
    const file = csvOf([
      { name: "A", options, table: String(first) },
      { name: "B", options, table: String(second) },
    ]);
    const [header = [], ...rows] = readCsv(file);
    assert.deepEqual(header.slice(5), ["step", "loss", "accuracy", "gradient_norm_1", "gradient_norm_2", "gradient_norm_3", "dead_units_1", "dead_units_2", "test_accuracy", "changed"]);
    assert.ok(rows.length === 4 && rows.every((row) => row.length === header.length));
    const of = (/** @type {string} */ column) => rows.filter((row) => row[5] === "10").map((row) => row[header.indexOf(column)]);
    assert.deepEqual(new Set(of("gradient_norm_3")), new Set(["", "3"]));
    assert.deepEqual(new Set(of("gradient_norm_2")), new Set(["0.5", "2"]));
  }
});

test("cells with commas, quotes and ends of lines are read, with either end of a line", () => {
  assert.deepEqual(readCsv('a,"b, ""c""",\r\n,"x\ny",z\r\n'), [["a", 'b, "c"', ""], ["", "x\ny", "z"]]);
  assert.deepEqual(readCsv("a,b\n1,2"), [["a", "b"], ["1", "2"]]);
  assert.deepEqual(readCsv(""), []);
});

test("what is quoted stays quoted", () => {
  const [, row] = readCsv(csvOf([{ name: 'A, "first"', options, table: "step\r\n1\r\n" }]));
  assert.equal(row?.[0], 'A, "first"');
});

test("no runs, no rows", () => {
  assert.equal(csvOf([]), "run,hidden,activation,init,seed\r\n");
});
