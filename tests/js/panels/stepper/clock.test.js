import assert from "node:assert/strict";
import { test } from "node:test";

import { createClock, KEY_MOVES, STEP_TIME, stepAfter } from "../../../../static/js/panels/stepper/clock.js";

test("a walk begins at its first step and can be entered from its end", () => {
  assert.equal(stepAfter("next", null, 8), 1);
  assert.equal(stepAfter("previous", null, 8), 8);
  assert.equal(stepAfter("first", null, 8), 0);
  assert.equal(stepAfter("last", null, 8), 8);
});

test("a walk stops at its ends", () => {
  assert.equal(stepAfter("next", 7, 8), 8);
  assert.equal(stepAfter("next", 8, 8), 8);
  assert.equal(stepAfter("previous", 1, 8), 0);
  assert.equal(stepAfter("previous", 0, 8), 0);
});

test("a graph without a step has no walk", () => {
  for (const move of /** @type {const} */ (["first", "previous", "next", "last"])) {
    assert.equal(stepAfter(move, null, 0), null);
  }
});

test("the arrow keys walk", () => {
  assert.equal(KEY_MOVES.ArrowRight, "next");
  assert.equal(KEY_MOVES.Home, "first");
});

/** A clock whose time the test moves on. */
function setUp(/** @type {number} */ ticks) {
  let now = 0;
  let nextId = 1;
  /** @type {Map<number, {at: number, fn: () => void}>} */
  const timers = new Map();
  /** @type {number[]} */
  const times = [];
  /** @type {boolean[]} */
  const changes = [];
  const clock = createClock({
    tick: () => {
      if (times.length >= ticks) return false;
      times.push(now);
      return true;
    },
    onChange: (playing) => changes.push(playing),
    setTimer: (fn, ms) => (timers.set(nextId, { at: now + ms, fn }), nextId++),
    clearTimer: (id) => timers.delete(id),
  });
  const pass = (/** @type {number} */ ms) => {
    const end = now + ms;
    for (;;) {
      const due = [...timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      now = due[1].at;
      timers.delete(due[0]);
      due[1].fn();
    }
    now = end;
  };
  return { clock, times, changes, pass };
}

test("playing steps at once, then once a step time, and stops at the end", () => {
  const { clock, times, changes, pass } = setUp(3);
  clock.play();
  assert.deepEqual(times, [0]);
  pass(STEP_TIME * 10);
  assert.deepEqual(times, [0, STEP_TIME, 2 * STEP_TIME]);
  assert.equal(clock.playing, false);
  assert.deepEqual(changes, [true, false]);
});

test("a pause holds the step", () => {
  const { clock, times, pass } = setUp(10);
  clock.play();
  pass(STEP_TIME);
  clock.stop();
  pass(STEP_TIME * 5);
  assert.equal(times.length, 2);
});

test("a new speed holds from the step shown on", () => {
  const { clock, times, pass } = setUp(10);
  clock.play();
  pass(STEP_TIME / 2);
  clock.setSpeed(4);
  pass(STEP_TIME / 2);
  assert.deepEqual(times, [0, STEP_TIME * 0.75, STEP_TIME]);
});

test("at the end there is nothing to play", () => {
  const { clock, changes } = setUp(0);
  clock.play();
  assert.equal(clock.playing, false);
  assert.deepEqual(changes, []);
});
