import assert from "node:assert/strict";
import { test } from "node:test";
import { createFirstAnswers } from "../../../static/js/figure/first-answers.js";

const answers = () => createFirstAnswers({ graphs: { request: { program: "x = 3", inputs: { a: 1, b: [2, 3] } }, answer: "graph" } });

test("an answer is given to the request that it answers, whatever the order of its keys", () => {
  assert.equal(answers().take("graphs", { inputs: { b: [2, 3], a: 1 }, program: "x = 3" }), "graph");
});

test("an answer is given once", () => {
  const first = answers();
  first.take("graphs", { program: "x = 3", inputs: { a: 1, b: [2, 3] } });
  assert.equal(first.take("graphs", { program: "x = 3", inputs: { a: 1, b: [2, 3] } }), undefined);
});

test("another request gets none, nor does the first after it", () => {
  const first = answers();
  assert.equal(first.take("graphs", { program: "x = 3", inputs: { a: 1, b: [3, 2] } }), undefined);
  assert.equal(first.take("graphs", { program: "x = 3", inputs: { a: 1, b: [2, 3] } }), undefined);
  assert.equal(first.take("values", undefined), undefined);
});
