import assert from "node:assert/strict";
import { test } from "node:test";
import { createCompanions } from "../../../static/js/figure/companions.js";

/** A clock that moves by hand, and a panel whose answers take `time` milliseconds. */
function setUp(/** @type {number} */ time, moving = () => false) {
  let now = 0;
  /** @type {Map<number, () => void>} */
  const timers = new Map();
  /** @type {string[]} */
  const log = [];
  const companions = createCompanions({
    now: () => now,
    setTimer(fn) {
      timers.set(timers.size, fn);
      return timers.size - 1;
    },
    clearTimer: (timer) => timers.set(timer, () => {}),
  }, moving);
  companions.add({
    seen: () => true,
    async ask() {
      log.push("asked");
      now += time;
      return () => log.push("shown");
    },
    late: (late) => log.push(late ? "late" : "current"),
  });
  const rest = async () => {
    for (const [timer, fn] of timers) {
      timers.set(timer, () => {});
      fn();
    }
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { companions, log, rest };
}

test("a quick answer is shown with its numbers", async () => {
  const { companions, log, rest } = setUp(5);
  const show = await companions.ask();
  companions.outrun();
  show();
  assert.deepEqual(log, ["asked", "late", "shown", "current"]);
  await rest();
  assert.equal(log.length, 4);
});

test("a slow answer is waited for once; then it follows when the numbers rest", async () => {
  const { companions, log, rest } = setUp(500);
  (await companions.ask())();
  log.length = 0;
  for (let k = 0; k < 3; k += 1) {
    const show = await companions.ask();
    companions.outrun();
    show();
  }
  assert.deepEqual(log, ["late"]);
  await rest();
  assert.deepEqual(log, ["late", "asked", "shown", "current"]);
});

test("an answer that is outrun is dropped", async () => {
  const { companions, log, rest } = setUp(500);
  (await companions.ask())();
  companions.outrun();
  log.length = 0;
  const resting = rest();
  companions.outrun();
  await resting;
  assert.deepEqual(log, ["asked"]);
  await rest();
  assert.deepEqual(log, ["asked", "asked", "shown", "current"]);
});

test("what came too late is asked for only when the numbers shown are the newest", async () => {
  let moving = true;
  const { companions, log, rest } = setUp(500, () => moving);
  companions.outrun();
  await rest();
  assert.deepEqual(log, ["late"]);
  moving = false;
  await rest();
  assert.deepEqual(log, ["late", "asked", "shown", "current"]);
});

test("numbers do not wait long for an answer that does not come", async () => {
  const { companions, log, rest } = setUp(5);
  /** @type {string[]} */
  const mute = [];
  companions.add({ seen: () => true, ask: () => new Promise(() => {}), late: (late) => mute.push(late ? "late" : "current") });
  const asked = companions.ask();
  await new Promise((resolve) => setTimeout(resolve));
  await rest();
  const show = await asked;
  companions.outrun();
  show();
  assert.deepEqual(log, ["asked", "late", "shown", "current"]);
  assert.deepEqual(mute, ["late"]);
});

test("a call that a newer one of its panel has ended is made again", async () => {
  const { companions, log, rest } = setUp(5);
  let ended = true;
  companions.add({
    seen: () => true,
    async ask() {
      if (ended) throw new DOMException("ended", "AbortError");
      return () => log.push("other shown");
    },
    late: (late) => log.push(late ? "other late" : "other current"),
  });
  companions.outrun();
  log.length = 0;
  await rest();
  ended = false;
  await rest();
  await rest();
  assert.deepEqual(log, ["asked", "shown", "current", "other shown", "other current"]);
});
