import assert from "node:assert/strict";
import { test } from "node:test";

import { counts, newSeed, readWanted, wholeIn, writeWanted } from "../../../static/js/questions/address.js";

test("an address names a set", () => {
  assert.deepEqual(readWanted("?seed=4821&level=3&count=10"), { seed: 4821, level: 3, count: 10 });
});

test("what an address does not say, or says wrong, is thrown or usual", () => {
  const middle = () => 0.5;
  assert.deepEqual(readWanted("", middle), { seed: 5500, level: 1, count: 5 });
  assert.deepEqual(readWanted("?seed=-1&level=9&count=0", middle), { seed: 5500, level: 1, count: 5 });
  assert.deepEqual(readWanted("?seed=1e3&level=x&count=21", middle), { seed: 5500, level: 1, count: 5 });
});

test("a new seed has four digits", () => {
  assert.equal(newSeed(() => 0), 1000);
  assert.equal(newSeed(() => 0.9999999), 9999);
});

test("a whole number is digits alone, in its range", () => {
  assert.equal(wholeIn(" 12 ", 0, 20), 12);
  for (const text of ["", null, "1.5", "-1", "1e3", "21", "999999999999999"]) assert.equal(wholeIn(text, 0, 20), null, String(text));
});

test("an address keeps what else it says, and says nothing needless", () => {
  assert.equal(writeWanted({ seed: 7, level: 2, count: 5 }, "?theme=dark&count=9"), "?theme=dark&seed=7&level=2");
  assert.equal(writeWanted({ seed: 7, level: 2, count: 8 }), "?seed=7&level=2&count=8");
});

test("the number of questions a set has is always one of those offered", () => {
  assert.deepEqual(counts(5), [3, 5, 10, 15, 20]);
  assert.deepEqual(counts(7), [3, 5, 7, 10, 15, 20]);
});
