import assert from "node:assert/strict";
import { test } from "node:test";

import { answeredOf, createProgress, readProgress } from "../../../static/js/lecture/progress.js";

/** @returns {any} */
function storage() {
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
}

test("what is opened and said is found again, by another page too", () => {
  const place = storage();
  const here = createProgress(place);
  here.open("relu");
  here.say("relu/blocked", { text: "0", right: true });
  const there = createProgress(place).now();
  assert.deepEqual(there, { said: { "relu/blocked": { text: "0", right: true } }, last: "relu" });
});

test("a part is answered by numbers, right or wrong, and not by having them shown", () => {
  const progress = createProgress(storage());
  const asked = ["x", "y"];
  const count = () => answeredOf(progress.now().said, "a", asked);
  progress.open("a");
  assert.equal(count(), 0);
  progress.say("a/x", { text: "1", right: false });
  progress.say("a/y", { text: "", right: null });
  progress.say("b/y", { text: "1", right: true });
  assert.equal(count(), 1);
  progress.say("a/y", { text: "2", right: true });
  assert.equal(count(), 2);
});

test("a prediction can be taken back, and everything forgotten", () => {
  const progress = createProgress(storage());
  progress.say("a/x", { text: "1", right: false });
  progress.say("a/y", { text: "", right: null });
  progress.say("a/x", null);
  assert.deepEqual(Object.keys(progress.now().said), ["a/y"]);
  progress.forget();
  assert.deepEqual(progress.now(), { said: {}, last: null });
});

test("what somebody else wrote there does no harm", () => {
  const nothing = { said: {}, last: null };
  for (const text of [null, "", "{", "7", "null", '{"read":"relu","said":[1],"last":3}', '{"said":{"a/x":{"text":1}}}']) {
    assert.deepEqual(readProgress(text), nothing);
  }
});

test("without storage the page only forgets", () => {
  const refuses = () => {
    throw new Error("no storage");
  };
  const progress = createProgress(/** @type {any} */ ({ getItem: refuses, setItem: refuses, removeItem: refuses }));
  progress.open("relu");
  progress.forget();
  assert.deepEqual(progress.now(), { said: {}, last: null });
});
