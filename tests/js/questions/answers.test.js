import assert from "node:assert/strict";
import { test } from "node:test";

import { createAnswers, newGiven } from "../../../static/js/questions/answers.js";

const text = (/** @type {string} */ en) => ({ ko: en, en });
const blank = (/** @type {string} */ id) => /** @type {any} */ ({ id, kind: "grad", asks: "number", part: id, name: text(id) });
const QUESTIONS = /** @type {any} */ ([
  { index: 0, title: text("one"), blanks: [blank("a"), blank("b")] },
  { index: 1, title: text("two"), blanks: [blank("a")] },
]);
const right = (/** @type {string} */ shown) => /** @type {any} */ ({ verdict: "right", said: text(""), mistake: null, text: shown });
const wrong = (/** @type {string | null} */ name = null) =>
  /** @type {any} */ ({ verdict: name ? "mistake" : "wrong", said: text(""), mistake: name && { name, title: text(name) }, text: null });

test("a question is empty, begun, done, and clean when all was right at once", () => {
  const answers = createAnswers(QUESTIONS);
  assert.equal(answers.progress(0), "open");
  answers.take(0, "a", "1", right("1"), 3);
  assert.equal(answers.progress(0), "begun");
  answers.take(0, "b", "2", right("2"), 5);
  assert.equal(answers.progress(0), "clean");
  answers.take(1, "a", "9", wrong("mul.not_swapped"), 6);
  answers.take(1, "a", "3", right("3"), 9);
  assert.equal(answers.progress(1), "done");
  assert.ok(answers.done());
  assert.deepEqual(answers.score(), { total: 3, found: 3, clean: 2, shown: 0 });
  assert.deepEqual(answers.of(1, "a"), {
    tries: 1, hints: 0, state: "found", typed: "3", text: "3", mistakes: ["mul.not_swapped"], seconds: 9,
  });
});

test("the same id in two questions has two answers", () => {
  const answers = createAnswers(QUESTIONS);
  answers.take(0, "a", "1", right("1"), 1);
  assert.equal(answers.of(1, "a").state, "open");
});

test("a mistake is noted once, what cannot be read costs nothing", () => {
  const answers = createAnswers(QUESTIONS);
  for (const typed of ["8", "8.0"]) answers.take(0, "a", typed, wrong("add.halved"), 1);
  answers.take(0, "a", "x", /** @type {any} */ ({ verdict: "unreadable", said: text(""), mistake: null, text: null }), 1);
  assert.deepEqual([answers.of(0, "a").tries, answers.of(0, "a").mistakes], [2, ["add.halved"]]);
});

test("an emptied box is open, one that is found stays found", () => {
  const answers = createAnswers(QUESTIONS);
  answers.take(0, "a", "8", wrong(), 1);
  answers.clear(0, "a");
  assert.deepEqual([answers.of(0, "a").state, answers.of(0, "a").typed, answers.of(0, "a").tries], ["open", "", 1]);
  answers.take(0, "a", "1", right("1"), 1);
  answers.clear(0, "a");
  assert.equal(answers.of(0, "a").state, "found");
});

test("giving up is no score, and leaves nothing open", () => {
  const answers = createAnswers(QUESTIONS);
  answers.giveUp(0, "a", "2.2", 4);
  answers.take(0, "b", "1", right("1"), 5);
  assert.equal(answers.progress(0), "done");
  assert.equal(answers.of(0, "a").text, "2.2");
  assert.deepEqual(answers.scoreOf(0), { total: 2, found: 1, clean: 1, shown: 1 });
});

test("the next question with an open blank is found round the end", () => {
  const answers = createAnswers(QUESTIONS);
  assert.equal(answers.nextOpen(1), 1);
  answers.take(1, "a", "1", right("1"), 1);
  assert.equal(answers.nextOpen(1), 0);
  answers.giveUp(0, "a", "1", 1);
  answers.giveUp(0, "b", "1", 1);
  assert.equal(answers.nextOpen(0), null);
});

test("what was answered is kept, and taken up again", () => {
  const before = createAnswers(QUESTIONS);
  assert.deepEqual(before.kept(), {});
  before.take(0, "b", "7", wrong(), 1);
  before.of(1, "a").hints = 2;
  const kept = JSON.parse(JSON.stringify(before.kept()));
  const after = createAnswers(QUESTIONS, kept);
  assert.deepEqual(after.of(0, "b"), { ...newGiven(), state: "wrong", tries: 1, typed: "7" });
  assert.equal(after.of(1, "a").hints, 2);
  assert.equal(after.of(0, "a").state, "open");
  assert.throws(() => after.of(0, "z"), /no blank z/);
});
