import assert from "node:assert/strict";
import { test } from "node:test";

import { after, createLane, lastTick, markAt, paceOf, target, winner } from "../../../../static/js/lecture/figures/race-lane.js";

const slope = (/** @type {string} */ id) => ({ input: { id, index: [] }, output: { id: "y", index: [] }, slope: 1, slope_text: "1" });
const pass = (/** @type {string[]} */ ...found) => ({ kind: /** @type {const} */ ("evaluation"), about: null, sign: 0, multiplications: 3, known: found.length, slopes: found.map(slope) });
const answer = (/** @type {number} */ next, /** @type {number} */ multiplications, /** @type {ReturnType<typeof pass>[]} */ told) => ({
  way: /** @type {const} */ ("reverse"),
  passes: 2,
  slopes: 2,
  first: 0,
  next,
  multiplications,
  known: told.reduce((sum, { known }) => sum + known, 0),
  told,
});

test("a small graph takes one pass a tick, a large one forty ticks in all", () => {
  const [small, net] = [10, 79_520].map((passes) => createLane("numerical", { passes, slopes: 1 }));
  assert.ok(small && net);
  assert.deepEqual([paceOf([small]), lastTick([small])], [1, 10]);
  assert.deepEqual([paceOf([net]), lastTick([net])], [1988, 40]);
  assert.equal(target(net, 40, 1988), 79_520);
  assert.equal(target(createLane("reverse", { passes: 2, slopes: 1 }), 1, 1988), 2);
});

test("counts add up, and at a tick not run yet stand where they are", () => {
  const lane = createLane("reverse", { passes: 2, slopes: 2 });
  lane.marks.push(after(markAt(lane, 0), answer(1, 3, [pass()])));
  lane.marks.push(after(markAt(lane, 1), answer(2, 6, [pass("a", "b")])));
  assert.deepEqual([markAt(lane, 1).multiplications, markAt(lane, 2).multiplications, markAt(lane, 9).multiplications], [3, 9, 9]);
  assert.deepEqual(markAt(lane, 2).slopes.map(({ input }) => input.id), ["a", "b"]);
  assert.equal(markAt(lane, 0).last, null);
});

test("a way has won once it is done and every other has multiplied more", () => {
  const [slow, quick] = [createLane("numerical", { passes: 10, slopes: 1 }), createLane("reverse", { passes: 1, slopes: 1 })];
  const mark = (/** @type {number} */ done, /** @type {number} */ multiplications) => ({ ...markAt(slow, 0), done, multiplications });
  slow.marks.push(mark(1, 3), mark(2, 12));
  quick.marks.push(mark(1, 9));
  assert.equal(winner([slow, quick], 1), null, "the other may still be the least");
  assert.equal(winner([slow, quick], 2), "reverse");
});
