import assert from "node:assert/strict";
import { test } from "node:test";

import { askedFor, isShownAlready, judge } from "../../../static/js/lecture/veil.js";

/** @type {import("../../../static/js/lecture/types.js").LessonPrediction} */
const tax = { id: "tax", figure: "apples", change: { apple: 200 }, order: [], answer: "value price", right: 440.00000000000006, text: "440" };

test("an answer is asked of a node", () => {
  assert.deepEqual(askedFor("value price"), { of: "value", id: "price" });
  assert.deepEqual(askedFor("grad X[0,1]"), { of: "grad", id: "X" });
});

test("only a question that changes nothing has its answer in the figure", () => {
  assert.equal(isShownAlready(tax), false);
  assert.equal(isShownAlready({ ...tax, change: {} }), true);
});

test("a prediction is right within half a percent, however it is written", () => {
  for (const text of ["440", "440.0", " 4.4e2 ", "880/2", "441"]) assert.equal(judge(text, tax), "right", text);
  for (const text of ["220", "443", "-440"]) assert.equal(judge(text, tax), "wrong", text);
});

test("what is no number is not judged", () => {
  for (const text of ["", "much", "1/2/3"]) assert.equal(judge(text, tax), "unreadable", text);
});

test("a zero and an infinity can be predicted", () => {
  assert.equal(judge("0", { ...tax, right: 0, text: "0" }), "right");
  assert.equal(judge("0.001", { ...tax, right: 0, text: "0" }), "wrong");
  assert.equal(judge("−∞", { ...tax, right: "-Infinity", text: "−∞" }), "right");
});
