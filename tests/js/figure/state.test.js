import assert from "node:assert/strict";
import { test } from "node:test";
import { PROPS, bootState, initialState, readState, writeState } from "../../../static/js/figure/state.js";

const defaults = initialState({ program: "x = 1", lang: "ko" });

test("an address without a query means the defaults, and they need no query", () => {
  assert.deepEqual(readState("", defaults), defaults);
  assert.equal(writeState(defaults, defaults), "");
});

test("every key survives the way through the address", () => {
  const state = {
    program: "사과 = 100  # 🍎 a & b\nprice = 사과 * 1.1 + 2 ** -3",
    inputs: { 사과: 130.5, b: -1e-7 },
    upstream: 1.3,
    output: "y",
    labels: /** @type {const} */ ("blanks"),
    step: 4,
    open: ["sigmoid_1", "outer_1.sigmoid_1"],
    selected: "a->b.0",
    mistakes: ["mul.not_swapped"],
    conventions: ["relu.zero.one", "maximum.tie.first"],
    before: { 사과: 100, w: [1, 2] },
    nudge: "X[0,1]:-0.5",
    second: /** @type {const} */ ("rules"),
    lang: /** @type {const} */ ("en"),
    theme: /** @type {const} */ ("projector"),
  };
  assert.deepEqual(Object.keys(state).sort(), Object.keys(PROPS).sort());
  assert.deepEqual(readState(writeState(state, defaults), defaults), state);
});

test("the program's own numbers are a state of before, and none is no trace", () => {
  const state = { ...defaults, before: {} };
  assert.equal(writeState(state, defaults), "before=program");
  assert.deepEqual(readState("before=program", defaults).before, {});
  assert.equal(readState("before=", defaults).before, null);
});

test("a step of 0 is not no step", () => {
  assert.equal(readState(writeState({ ...defaults, step: 0 }, defaults), defaults).step, 0);
});

test("an emptied program stays empty", () => {
  assert.equal(readState(writeState({ ...defaults, program: "" }, defaults), defaults).program, "");
});

test("a value that means nothing is the default", () => {
  const state = readState("labels=colours&seed=many&step=-1&theme=&lang=fr&inputs=a:,b,:3,c:x", defaults);
  assert.deepEqual(state, defaults);
});

test("another program does not take the default one's inputs or open groups along", () => {
  const own = { ...defaults, inputs: { x: 2 }, open: ["g_1"], upstream: 1.3 };
  const state = readState("program=y%20%3D%202", own);
  assert.deepEqual([state.program, state.inputs, state.open, state.upstream], ["y = 2", {}, [], 1]);
});

test("a default that was taken away is written", () => {
  const own = { ...defaults, open: ["g_1"] };
  const closed = { ...own, open: [] };
  assert.equal(writeState(closed, own), "open=");
  assert.deepEqual(readState("open=", own), closed);
});

test("colons, commas and brackets stay readable in a link", () => {
  assert.equal(writeState({ ...defaults, inputs: { a: 1, b: 2 } }, defaults), "inputs=a:1,b:2");
});

test("a key can be written although it is at its default", () => {
  assert.equal(writeState(defaults, defaults, new Set(/** @type {const} */ (["lang"]))), "lang=ko");
});

test("tensors survive the way through the address beside numbers", () => {
  const inputs = { X: [[1, -2.5], [3e-7, 4]], apple: 130, B: [1, 2, 3], cube: [[[1], [2]]] };
  const state = readState(writeState({ ...defaults, inputs }, defaults), defaults);
  assert.deepEqual(state.inputs, inputs);
});

test("a tensor of ragged rows, of words or cut off means nothing, and what stands beside it stays", () => {
  for (const wrong of ["[[1,2],[3]]", '["a"]', "[[1,2]", "[1,null]"]) {
    assert.deepEqual(readState(`inputs=${encodeURIComponent(`b:2,X:${wrong}`)}`, defaults).inputs.X, undefined);
  }
  assert.deepEqual(readState(`inputs=${encodeURIComponent("X:[[1,2],[3]],b:2")}`, defaults).inputs, { b: 2 });
});

test("the upstream gradient is called seed in the address and in the server's data", () => {
  assert.equal(writeState({ ...initialState(), upstream: 1.3 }, initialState()), "seed=1.3");
  assert.equal(readState("seed=2", initialState()).upstream, 2);
  const tensor = [[1, -2.5], [0, 4]];
  assert.deepEqual(readState(writeState({ ...initialState(), upstream: tensor }, initialState()), initialState()).upstream, tensor);
  for (const text of ["[1,[2]]", "[1", "one"]) assert.equal(readState(`seed=${text}`, initialState()).upstream, 1);
  assert.equal(bootState({ seed: 1.3, program: "x = 1" }).upstream, 1.3);
  assert.equal(bootState({}).upstream, 1);
});
