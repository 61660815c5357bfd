import assert from "node:assert/strict";
import { test } from "node:test";

import { elementOf } from "../../../static/js/detective/panel.js";
import { csvOf, signedIn } from "../../../static/js/detective/results.js";

const TOKEN = `${"e".repeat(30)}.${"s".repeat(43)}`;
const VERDICT = /** @type {any} */ ({
  seed: 7, level: 2, index: 0, accused: "h3", kind: null, verdict: "found", checks: 3, par: 4, points: 10, began: 1700000000, seconds: 61, token: TOKEN,
});

test("a results file holds each case with its signature, and is read back by it", () => {
  for (const name of ["Kim, Mina", "=1+1", "김민아", 'a "b"', ""]) {
    const text = csvOf([VERDICT, VERDICT], name);
    assert.equal(text.split("\r\n").length, 4);
    assert.deepEqual(signedIn(text), [{ token: TOKEN, name }, { token: TOKEN, name }]);
  }
  assert.match(csvOf([VERDICT], "a"), /^\ufeffname,.*signature\r\na,7,2,1,h3,,found,3,4,10,61,2023-11-14T22:14:21.000Z,/);
});

test("a row without a signature is not left out", () => {
  assert.deepEqual(signedIn("name,seed,level\r\nMina,7,1\r\n"), [{ token: "", name: "Mina" }]);
  assert.deepEqual(signedIn(""), []);
});

test("an element is found in nested lists", () => {
  assert.equal(elementOf([[1, 2], [3, 4]], [1, 0]), 3);
  assert.equal(elementOf(5, []), 5);
});
