/** A formula breaks at signs outside of all brackets only. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { outermost } from "../../../static/js/kit/formula.js";

/** @param {string} signs */
const row = (signs) => signs.split("").map((textContent) => ({ localName: /\w/.test(textContent) ? "mn" : "mo", textContent }));

/** @param {string} signs */
const broken = (signs) => [...outermost(row(signs), new Set(["=", "+"]))].map((sign) => sign.textContent).join("");

test("equals and plus signs inside of brackets are none", () => {
  assert.equal(broken("5·[3=3]=5"), "=");
  assert.equal(broken("(1+2)·[(1+2)=3]+1=4"), "+=");
  assert.equal(broken("1+2=3"), "+=");
});

test("where it must, a formula breaks within one pair of brackets, never within two", () => {
  const within = (/** @type {string} */ signs) => [...outermost(row(signs), new Set(["+"]), true)].length;
  assert.equal(within("2·(1+2)"), 1);
  assert.equal(within("2·(1+(2+3))"), 1);
});
