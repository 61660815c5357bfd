import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cellText, numberText } from "../../../static/js/kit/number-text.js";

/** @type {{number: number | string, text: string, short: string}[]} written by tests/app/graphs/test_number_texts.py */
const golden = JSON.parse(readFileSync(new URL("../../goldens/number-texts.json", import.meta.url), "utf8"));

test("the page writes numbers as the service does", () => {
  assert.ok(golden.length > 300);
  for (const { number, text, short } of golden) {
    assert.equal(numberText(Number(number)), text, `text of ${number}`);
    assert.equal(cellText(Number(number)), short, `short text of ${number}`);
  }
});
