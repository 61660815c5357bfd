import assert from "node:assert/strict";
import { test } from "node:test";
import { oneAtATime } from "../../../static/js/kit/one-at-a-time.js";

/** Calls that are answered by hand. */
function server() {
  /** @type {{argument: number, resolve: (answer: string) => void, reject: (error: Error) => void}[]} */
  const calls = [];
  /** @type {string[]} */
  const told = [];
  const one = oneAtATime(
    (/** @type {number} */ argument) => new Promise((/** @type {(answer: string) => void} */ resolve, reject) => calls.push({ argument, resolve, reject })),
    (answer, argument) => told.push(`${argument}: ${answer}`),
    (error, argument) => told.push(`${argument}! ${/** @type {Error} */ (error).message}`),
  );
  const settle = () => new Promise((done) => setTimeout(done));
  return { calls, told, one, settle };
}

test("only one call is on its way, and the newest of those that waited is next", async () => {
  const { calls, told, one, settle } = server();
  for (const argument of [1, 2, 3, 4]) void one.ask(argument);
  assert.deepEqual(calls.map(({ argument }) => argument), [1]);
  calls[0]?.resolve("a");
  await settle();
  assert.deepEqual(calls.map(({ argument }) => argument), [1, 4]);
  assert.ok(one.busy);
  calls[1]?.resolve("b");
  await settle();
  assert.deepEqual(told, ["1: a", "4: b"]);
  assert.equal(one.busy, false);
});

test("after an error it goes on", async () => {
  const { calls, told, one, settle } = server();
  void one.ask(1);
  void one.ask(2);
  calls[0]?.reject(new Error("no"));
  await settle();
  calls[1]?.resolve("b");
  await settle();
  assert.deepEqual(told, ["1! no", "2: b"]);
});

test("what was dropped is not told, and what is asked for then is", async () => {
  const { calls, told, one, settle } = server();
  void one.ask(1);
  void one.ask(2);
  one.drop();
  void one.ask(3);
  calls[0]?.resolve("old");
  await settle();
  assert.deepEqual(calls.map(({ argument }) => argument), [1, 3]);
  calls[1]?.resolve("new");
  await settle();
  assert.deepEqual(told, ["3: new"]);
});
