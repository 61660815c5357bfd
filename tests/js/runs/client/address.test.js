import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS, readAddress, readSizes, writeAddress } from "../../../../static/js/runs/client/address.js";

const written = (/** @type {Parameters<typeof writeAddress>[1]} */ shown, query = "") => {
  const params = new URLSearchParams(query);
  writeAddress(params, shown);
  return params.toString();
};

test("a plain visit names nothing", () => {
  assert.deepEqual(readAddress("", 3), { run: null, runs: [], sample: null, options: {} });
});

test("one run of the usual net needs nothing but its id", () => {
  assert.equal(written({ run: "3f9c02ab71de", runs: ["3f9c02ab71de"], sample: null, options: DEFAULTS }), "run=3f9c02ab71de");
});

test("runs, sample and every option survive the way through the address", () => {
  const options = {
    hidden: [100, 50],
    activation: /** @type {const} */ ("sigmoid"),
    init: 0.01,
    optimizer: /** @type {const} */ ("adam"),
    learning_rate: 1e-3,
    batch_size: 64,
    seed: 7,
    dataset: "fashion",
  };
  const query = written({ run: "bb", runs: ["aa", "bb"], sample: 4, options });
  assert.deepEqual(readAddress(query, 3), { run: "bb", runs: ["aa", "bb"], sample: 4, options });
});

test("a net without hidden layers is not the usual one", () => {
  const query = written({ run: "a", runs: ["a"], sample: null, options: { ...DEFAULTS, hidden: [] } });
  assert.deepEqual(readAddress(query, 3).options, { hidden: [] });
});

test("what the address says besides stays, and old options go", () => {
  const query = written({ run: "a", runs: ["a"], sample: null, options: DEFAULTS }, "lang=en&rate=5&labels=shapes&runs=x,y");
  assert.equal(query, "lang=en&labels=shapes&run=a");
});

test("what means nothing is left out", () => {
  const { run, runs, sample, options } = readAddress("run=../x&runs=a,,b,<c>&sample=-1&hidden=50,x&rate=fast&optimizer=newton&seed=3", 3);
  assert.deepEqual({ run, runs, sample, options }, { run: "a", runs: ["a", "b"], sample: null, options: { seed: 3 } });
});

test("a run that is looked at is among the runs, and no more are opened than there may be", () => {
  assert.deepEqual(readAddress("run=d&runs=a,b,c", 3).runs, ["d", "a", "b"]);
  assert.deepEqual(readAddress("run=b&runs=a,b,c,d", 3).runs, ["a", "b", "c"]);
});

test("sizes are read as people write them", () => {
  assert.deepEqual(readSizes("100, 50"), [100, 50]);
  assert.deepEqual(readSizes(" 100 50,20 "), [100, 50, 20]);
  assert.deepEqual(readSizes(""), []);
  assert.equal(readSizes("100, -50"), undefined);
  assert.equal(readSizes("0"), undefined);
});
