import assert from "node:assert/strict";
import { test } from "node:test";

import { createQuestionStorage } from "../../../static/js/questions/storage.js";
import { newGiven } from "../../../static/js/questions/answers.js";

function memory() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return { getItem: (/** @type {string} */ key) => kept.get(key) ?? null, setItem: (/** @type {string} */ key, /** @type {string} */ value) => void kept.set(key, value), kept };
}

const one = { "0 a": { ...newGiven(), hints: 1 } };

test("answers are kept by set, and the name beside them", () => {
  const storage = memory();
  const answers = createQuestionStorage(() => storage);
  answers.setName("하나");
  answers.save({ seed: 1, level: 2 }, one);
  assert.equal(answers.name(), "하나");
  assert.deepEqual(answers.answers({ seed: 1, level: 2 }), one);
  assert.deepEqual(answers.answers({ seed: 1, level: 3 }), {});
  answers.save({ seed: 1, level: 2 }, {});
  assert.deepEqual(answers.answers({ seed: 1, level: 2 }), {});
});

test("only the sets worked on last are kept", () => {
  const answers = createQuestionStorage(() => storage);
  const storage = memory();
  for (let seed = 0; seed < 20; seed += 1) answers.save({ seed, level: 1 }, one);
  assert.deepEqual(answers.answers({ seed: 7, level: 1 }), {});
  assert.deepEqual(answers.answers({ seed: 8, level: 1 }), one);
});

test("a browser that keeps nothing, or something else, does no harm", () => {
  const forbidden = createQuestionStorage(() => {
    throw new Error("SecurityError");
  });
  forbidden.save({ seed: 1, level: 1 }, one);
  assert.deepEqual([forbidden.name(), forbidden.answers({ seed: 1, level: 1 })], ["", {}]);
  const storage = memory();
  storage.kept.set("chainrule.questions", "{");
  assert.deepEqual(createQuestionStorage(() => storage).answers({ seed: 1, level: 1 }), {});
});
