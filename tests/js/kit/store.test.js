import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../../static/js/figure/state.js";
import { createStore } from "../../../static/js/kit/store.js";

test("only watchers of what changed are called, with the new state", () => {
  const store = createStore(initialState());
  /** @type {unknown[]} */
  const calls = [];
  store.subscribe(["upstream"], (state, changed) => calls.push([state.upstream, [...changed]]));
  store.set({ lang: "en" });
  assert.deepEqual(calls, []);
  store.set({ upstream: 1.3, lang: "en" });
  assert.deepEqual(calls, [[1.3, ["upstream"]]]);
});

test("setting equal content changes nothing", () => {
  const store = createStore(initialState({ open: ["a"], inputs: { x: 1 } }));
  let calls = 0;
  store.subscribe(["open", "inputs"], () => (calls += 1));
  store.set({ open: ["a"], inputs: { x: 1 } });
  assert.equal(calls, 0);
});

test("null is a value", () => {
  const store = createStore(initialState({ selected: "a" }));
  store.set({ selected: null });
  assert.equal(store.get("selected"), null);
});

test("a watcher that ended is not called", () => {
  const store = createStore(initialState());
  let calls = 0;
  const end = store.subscribe(["upstream"], () => (calls += 1));
  end();
  store.set({ upstream: 2 });
  assert.equal(calls, 0);
});

test("onChange hears the state before, what changed and the wish for the history", () => {
  /** @type {unknown[]} */
  const calls = [];
  const store = createStore(initialState(), (before, changed, history) => calls.push([before.upstream, [...changed], history]));
  store.set({ upstream: 2 }, { history: "push" });
  assert.deepEqual(calls, [[1, ["upstream"], "push"]]);
});
