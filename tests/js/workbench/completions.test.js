import assert from "node:assert/strict";
import { test } from "node:test";
import { assignedNames, callChoices, isWholeName } from "../../../static/js/workbench/completions.js";

test("names come from assignments, not from comparisons or comments", () => {
  const program = "apple = 100\n사과_수=2\nfor i in range(3):\n    y = y * i\n# z = 3\ny == 2\n";
  assert.deepEqual(assignedNames(program, ""), ["apple", "사과_수", "y"]);
});

test("the word being typed is not offered", () => {
  assert.deepEqual(assignedNames("ap = 1\napple = 2", "ap"), ["apple"]);
});

test("only what is written as a call is offered, with its words in one language", () => {
  const text = (/** @type {string} */ word) => ({ ko: `${word}-ko`, en: word });
  const catalogue = /** @type {any} */ ({
    ops: [
      { name: "mul", written: "a * b", title: text("product"), rule: text("swap") },
      { name: "exp", written: "exp(a)", title: text("exponential"), rule: text("itself") },
    ],
    composites: [{ name: "sigmoid", written: "sigmoid(x)", title: text("sigmoid"), rule: text("y(1-y)") }],
    mistakes: [],
  });
  assert.deepEqual(callChoices(catalogue, "ko"), [
    { label: "exp", type: "function", detail: "exponential-ko", info: "itself-ko", apply: "exp(" },
    { label: "sigmoid", type: "function", detail: "sigmoid-ko", info: "y(1-y)-ko", apply: "sigmoid(" },
  ]);
});

test("a name of the program that is written whole is not completed into another word", () => {
  const whole = (/** @type {string} */ program) => {
    const word = program.match(/[\p{L}\p{N}_]+$/u)?.[0] ?? "";
    return isWholeName(program, program.length - word.length, word);
  };
  assert.ok(whole("s = 2\ny = s"));
  assert.ok(whole("값 = 2\ny = 값"));
  assert.ok(whole("y = 1\nfor i in range(3):\n    y = y * i"));
  assert.ok(!whole("s = 2\ny = si"));
  assert.ok(!whole("s"));
  assert.ok(!whole("loss = 2\ny = s"));
  assert.ok(!whole("x = 1 # s\ny = s"));
  // A function that was called before is still completed with its bracket.
  assert.ok(!whole("y = exp(1)\nz = exp"));
  assert.ok(!whole("y = exp(1)\nz = ex"));
});
