import assert from "node:assert/strict";
import { test } from "node:test";

import { createQuestionClock } from "../../../static/js/questions/clock.js";
import { createQuestionSession } from "../../../static/js/questions/session.js";
import { createQuestionStorage } from "../../../static/js/questions/storage.js";

const wanted = { seed: 1, level: 1, count: 2 };
const question = (/** @type {number} */ index) => ({ index, title: {}, program: "", upstream: 1, labels: "blanks", blanks: [{ id: "a" }, { id: "b" }] });
const right = { verdict: "right", said: {}, mistake: null, text: "2" };
const wrong = { verdict: "wrong", said: {}, mistake: null, text: null };

/** A session over a server that answers `checked` to everything, and a browser that keeps `kept`. */
function begin(/** @type {any} */ checked = right, kept = new Map()) {
  const api = /** @type {any} */ ({
    set: async () => ({ ...wanted, stages: 1, questions: [question(0), question(1)] }),
    check: async () => checked,
    cancelCheck() {},
    hint: async (/** @type {any} */ _, /** @type {number} */ stage) => ({ stage }),
    answer: async () => ({ text: "2" }),
  });
  const storage = createQuestionStorage(() => ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }));
  return createQuestionSession({ api, storage, clock: createQuestionClock(() => 0) }, wanted);
}

/** A session whose sets come when `answer` is called. */
function slow(/** @type {(() => void)[]} */ answer) {
  const set = (/** @type {any} */ asked) =>
    new Promise((resolve) => answer.push(() => resolve({ ...asked, stages: 1, questions: [question(0)] })));
  const storage = createQuestionStorage(() => ({ getItem: () => null, setItem() {} }));
  return { session: createQuestionSession({ api: /** @type {any} */ ({ set }), storage, clock: createQuestionClock(() => 0) }, wanted) };
}

test("a checked answer has feedback, and another visit finds it", async () => {
  const kept = new Map();
  const session = begin(right, kept);
  await session.load();
  await session.check("a", "2");
  await session.check("b", "2");
  assert.equal(session.given("a").state, "found");
  assert.equal(session.feedbackOn("a")?.verdict, "right");
  const later = begin(right, kept);
  await later.load();
  assert.equal(later.at, 1);
  assert.equal(later.answers.progress(0), "clean");
});

test("feedback that comes after another question was opened is dropped", async () => {
  const session = begin(wrong);
  await session.load();
  const pending = session.check("a", "3");
  session.open(1);
  assert.equal(await pending, null);
  assert.equal(session.given("a").state, "open");
  assert.equal(session.feedbackOn("a"), null);
});

test("an answer judged after its question was left counts all the same, and is waited for", async () => {
  const kept = new Map();
  const session = begin(right, kept);
  await session.load();
  void session.check("a", "2");
  session.open(1);
  await session.judged();
  assert.equal(session.answers.of(0, "a").state, "found");
  const later = begin(right, kept);
  await later.load();
  assert.equal(later.given("a").state, "found");
});

test("an answer still being judged does not come back after all were forgotten", async () => {
  const kept = new Map();
  const session = begin(right, kept);
  await session.load();
  const pending = session.check("a", "2");
  session.forget();
  assert.equal(await pending, null);
  const later = begin(right, kept);
  await later.load();
  assert.equal(later.given("a").state, "open");
});

test("of two sets asked for, the newer one opens with both changes, whichever comes first", async () => {
  /** @type {(() => void)[]} */
  const answer = [];
  const { session } = slow(answer);
  const first = session.load({ level: 3 });
  const second = session.load({ count: 1 });
  answer[1]?.();
  assert.equal(await second, true);
  answer[0]?.();
  assert.equal(await first, false);
  assert.deepEqual(session.wanted, { seed: 1, level: 3, count: 1 });
});

test("the answer follows the last hint; a reload brings the hints back", async () => {
  const kept = new Map();
  const session = begin(right, kept);
  await session.load();
  assert.deepEqual(await session.hint("a", String), { answer: null });
  const reloaded = begin(right, kept);
  await reloaded.load();
  assert.equal(reloaded.hintsOf("a").length, 1);
  assert.deepEqual(await reloaded.hint("a", (text) => `It is ${text}.`), { answer: "It is 2." });
  assert.equal(reloaded.given("a").state, "shown");
});

test("forgotten answers are gone at the next load", async () => {
  const session = begin();
  await session.load();
  await session.check("a", "2");
  session.forget();
  await session.load();
  assert.equal(session.given("a").state, "open");
});
