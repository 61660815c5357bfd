import assert from "node:assert/strict";
import { test } from "node:test";

import { createProgress, readProgress } from "../../../static/js/lecture/progress.js";

/** @returns {any} */
function storage() {
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
}

test("what is read and said is found again, by another page too", () => {
  const place = storage();
  const here = createProgress(place);
  here.open("relu");
  here.finish("relu");
  here.finish("relu");
  here.say("relu/blocked", { text: "0", right: true });
  const there = createProgress(place).now();
  assert.deepEqual(there, { read: ["relu"], said: { "relu/blocked": { text: "0", right: true } }, last: "relu" });
});

test("a prediction can be taken back, and everything forgotten", () => {
  const progress = createProgress(storage());
  progress.say("a/x", { text: "1", right: false });
  progress.say("a/y", { text: "", right: null });
  progress.say("a/x", null);
  assert.deepEqual(Object.keys(progress.now().said), ["a/y"]);
  progress.forget();
  assert.deepEqual(progress.now(), { read: [], said: {}, last: null });
});

test("what somebody else wrote there does no harm", () => {
  const nothing = { read: [], said: {}, last: null };
  for (const text of [null, "", "{", "7", "null", '{"read":"relu","said":[1],"last":3}', '{"said":{"a/x":{"text":1}}}']) {
    assert.deepEqual(readProgress(text), nothing);
  }
});

test("without storage the page only forgets", () => {
  const refuses = () => {
    throw new Error("no storage");
  };
  const progress = createProgress(/** @type {any} */ ({ getItem: refuses, setItem: refuses, removeItem: refuses }));
  progress.finish("relu");
  progress.forget();
  assert.deepEqual(progress.now().read, []);
});
