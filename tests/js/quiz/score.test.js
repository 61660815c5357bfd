import assert from "node:assert/strict";
import { test } from "node:test";

import { isRight, nameMistake, newAnswer, readAnswer, readValue, score, SIGN } from "../../../static/js/quiz/score.js";

test("an answer is read as a person types it", () => {
  assert.equal(readAnswer("2.2"), 2.2);
  assert.equal(readAnswer(" −3 "), -3);
  assert.equal(readAnswer("4,620"), 4620);
  assert.equal(readAnswer("1,234,567.5"), 1234567.5);
  assert.equal(readAnswer("0,012"), 0.012);
  assert.equal(readAnswer("2,2"), 2.2);
  assert.equal(readAnswer("1,5/3"), 0.5);
  assert.equal(readAnswer("1.3e-7"), 1.3e-7);
  assert.equal(readAnswer(".5"), 0.5);
  assert.equal(readAnswer("1/4"), 0.25);
  assert.equal(readAnswer("-∞"), -Infinity);
  assert.equal(readAnswer("NaN"), NaN);
});

test("what is no number is no answer", () => {
  for (const text of ["", "x", "1.2.3", "1/2/3", "--1", "1e", "/", "2 apples", "1,23,456", "1,2.5"]) {
    assert.equal(readAnswer(text), undefined, text);
  }
});

test("numbers that JSON lacks come by name", () => {
  assert.equal(readValue(3), 3);
  assert.equal(readValue("-Infinity"), -Infinity);
  assert.ok(Number.isNaN(readValue("NaN")));
  assert.equal(readValue(null), undefined);
  assert.equal(readValue("3"), undefined);
});

test("half a percent off is right, more is wrong", () => {
  assert.ok(isRight(2.2, 2.2));
  assert.ok(isRight(2.21, 2.2));
  assert.ok(!isRight(2.22, 2.2));
  assert.ok(isRight(-660, -660.1));
  assert.ok(!isRight(660, -660));
});

test("the text of the picture is right even where it rounds more", () => {
  assert.ok(!isRight(0.3, 0.302));
  assert.ok(isRight(0.3, 0.302, "0.3"));
});

test("zero is zero, rounding errors of it too", () => {
  assert.ok(isRight(0, 0));
  assert.ok(isRight(0, 1.2e-17));
  assert.ok(!isRight(0.001, 0));
  assert.ok(!isRight(0, 0.001));
});

test("infinity and nan are answers", () => {
  assert.ok(isRight(Infinity, Infinity));
  assert.ok(!isRight(Infinity, -Infinity));
  assert.ok(isRight(NaN, NaN));
  assert.ok(!isRight(0, NaN));
});

test("a known mistake is named", () => {
  // apple of the shopping graph: 1.1 comes in from behind, the other input is 2, its own value 100.
  const made = { upstream: 1.1, local: 2, own: 100, op: "mul" };
  assert.equal(nameMistake(110, 2.2, made), "mul.not_swapped");
  assert.equal(nameMistake(2, 2.2, made), "mul.upstream_forgotten");
  assert.equal(nameMistake(-2.2, 2.2, made), SIGN);
  assert.equal(nameMistake(7, 2.2, made), null);
  assert.equal(nameMistake(2.2, 2.2, made), null);
});

test("one part of the upstream gradient is not all of it", () => {
  assert.equal(nameMistake(6, 16, { upstream: 8, local: 2, own: 9, op: "exp", parts: [3, 5] }), "fan_out.not_summed");
  assert.equal(nameMistake(3, 8, { parts: [3, 5] }), "fan_out.not_summed");
  assert.equal(nameMistake(4, 8, { parts: [3, 5] }), null);
});

test("only a multiplication can be left unswapped", () => {
  assert.equal(nameMistake(110, 1.1, { upstream: 1.1, local: 1, own: 100, op: "add" }), null);
});

test("the score tells first tries from helped ones and given up ones", () => {
  const answers = [
    { ...newAnswer(), state: /** @type {const} */ ("found") },
    { ...newAnswer(), state: /** @type {const} */ ("found"), tries: 1 },
    { ...newAnswer(), state: /** @type {const} */ ("found"), hints: 2 },
    { ...newAnswer(), state: /** @type {const} */ ("shown"), hints: 3 },
    { ...newAnswer(), state: /** @type {const} */ ("wrong"), tries: 1 },
    newAnswer(),
  ];
  assert.deepEqual(score(answers), { total: 6, found: 3, clean: 1, shown: 1 });
});
