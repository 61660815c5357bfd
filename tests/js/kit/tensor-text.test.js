import assert from "node:assert/strict";
import { test } from "node:test";
import { filled, isFiniteTensor, readTensor, tensorText } from "../../../static/js/kit/tensor-text.js";

test("numbers and nested lists are read as typed, with Python's points and the printed minus", () => {
  assert.equal(readTensor(" 1.3 "), 1.3);
  assert.equal(readTensor("−2"), -2);
  assert.deepEqual(readTensor("[[1, 2.], [.5, -.25e1]]"), [[1, 2], [0.5, -2.5]]);
  assert.deepEqual(readTensor("[]"), []);
});

test("anything else is left to the program language", () => {
  for (const text of ["", "one", "[1, 2", "[1, [2]]", "[[1], [2, 3]]", '["1"]', "ones(2, 3)", "1/3", "[1/2, 2]", "1e999", "[null]"]) {
    assert.equal(readTensor(text), undefined, text);
  }
});

test("a written tensor reads back", () => {
  const value = [[1, -2.5], [1e-7, 0]];
  assert.equal(tensorText(value), "[[1, -2.5], [1e-7, 0]]");
  assert.deepEqual(readTensor(tensorText(value)), value);
  assert.equal(tensorText(1.3), "1.3");
});

test("a shape is filled with one number", () => {
  assert.deepEqual(filled([2, 3], 1), [[1, 1, 1], [1, 1, 1]]);
  assert.equal(filled([], 1), 1);
  assert.deepEqual(filled([0, 2], 1), []);
});

test("a tensor has finite numbers and equal rows", () => {
  assert.ok(isFiniteTensor([[1], [2]]));
  for (const value of ["1", [1, "Infinity"], [[1], 2], null, [[1], [1, 2]]]) assert.ok(!isFiniteTensor(value));
});
