import assert from "node:assert/strict";
import { test } from "node:test";

import { createDetectiveSession, createDetectiveStorage } from "../../../static/js/detective/session.js";

function fakes() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  /** @type {string[]} */
  const calls = [];
  const storage = createDetectiveStorage(() => ({ getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) }));
  const api = /** @type {any} */ ({
    open: async (/** @type {any} */ place) => ({ ...place, token: "t0", nodes: ["a", "b"], suspects: [], par: 2, named: false }),
    check: async (/** @type {string} */ token, /** @type {string} */ node) => {
      calls.push(`${token} ${node}`);
      return { token: `${token}+`, node, checks: 1, agrees: node === "b", shown: 1, numerical: 2, where: [] };
    },
    accuse: async (/** @type {string} */ token, /** @type {string} */ node) => ({ token: `${token}!`, accused: node, verdict: "found", checks: 1, par: 2, points: 10 }),
  });
  const begin = (wanted = { seed: 7, level: 1, count: 2 }) => createDetectiveSession(api, storage, wanted);
  return { begin, calls };
}

test("each check sends the newest token, and the same node is not asked twice", async () => {
  const { begin, calls } = fakes();
  const session = begin();
  await session.open(null);
  await session.check("a");
  await session.check("a");
  await session.check("b");
  assert.deepEqual(calls, ["t0 a", "t0+ b"]);
  assert.equal(session.progress(0), "begun");
  await session.accuse("a", null);
  assert.equal(session.progress(0), "clean");
  assert.equal(session.points(), 10);
});

test("a later visit finds what was done, at the first case that is open", async () => {
  const { begin } = fakes();
  const session = begin();
  await session.open(null);
  await session.check("a");
  await session.accuse("a", null);
  const later = begin();
  await later.open(null);
  assert.equal(later.case.index, 1);
  assert.equal(later.verdictOf(0)?.token, "t0+!");
  await later.open(null, { level: 2 });
  assert.deepEqual([later.case.index, later.points()], [0, 0]);
  await later.open(null, { level: 1 });
  assert.equal(later.points(), 10);
  later.forget();
  assert.equal(begin().points(), 0);
});

test("a case begun anew keeps the others", async () => {
  const { begin } = fakes();
  const session = begin();
  await session.open(1);
  await session.check("a");
  session.restart();
  assert.deepEqual([session.checks, session.verdict], [[], null]);
});
