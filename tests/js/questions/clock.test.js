import assert from "node:assert/strict";
import { test } from "node:test";

import { createQuestionClock } from "../../../static/js/questions/clock.js";

test("a question's time runs while it is open and the page is seen", () => {
  let time = 0;
  const clock = createQuestionClock(() => time);
  clock.open(0);
  time = 5000;
  assert.equal(clock.seconds(0), 5);
  clock.open(1);
  time = 8000;
  assert.deepEqual([clock.seconds(0), clock.seconds(1)], [5, 3]);
  clock.hide(true);
  time = 60_000;
  clock.hide(false);
  time = 61_000;
  assert.equal(clock.seconds(1), 4);
  clock.open(0);
  time = 62_000;
  assert.equal(clock.seconds(0), 6);
  clock.reset();
  time = 63_000;
  assert.equal(clock.seconds(0), 1);
});
