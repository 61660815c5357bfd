import assert from "node:assert/strict";
import { test } from "node:test";

import { cell, csvOf, fileName } from "../../../static/js/questions/results-csv.js";
import { createAnswers } from "../../../static/js/questions/answers.js";

const SET = /** @type {any} */ ({
  seed: 4821,
  level: 2,
  questions: [
    {
      index: 0,
      title: { ko: "사과, 귤", en: "Apples, oranges" },
      blanks: [
        { id: "grad:a->b.0", name: { ko: "기울기 a ← b", en: "gradient a ← b" } },
        { id: "value:b", name: { ko: "b의 값", en: "value of b" } },
      ],
    },
  ],
});
const ABOUT = { name: "김하나", time: new Date("2026-11-27T03:00:00Z"), lang: /** @type {const} */ ("ko") };

/** @param {string} csv */
const rows = (csv) => csv.replace(/^\ufeff/, "").trimEnd().split("\r\n");

test("a table has a row for each blank, with what was answered, how, and the score", () => {
  const answers = createAnswers(SET.questions);
  answers.take(0, "grad:a->b.0", "300", /** @type {any} */ ({ verdict: "mistake", mistake: { name: "mul.not_swapped" }, text: null }), 4);
  answers.of(0, "grad:a->b.0").hints = 1;
  answers.take(0, "grad:a->b.0", "−2.2", /** @type {any} */ ({ verdict: "right", mistake: null, text: "−2.2" }), 12.4);
  const [head, first, second, ...none] = rows(csvOf(SET, answers, ABOUT));
  assert.deepEqual(none, []);
  assert.equal(
    head,
    "name,seed,level,question,title,blank,id,answer,right,result,wrong tries,hints,mistakes,seconds,score,first tries,blanks,time",
  );
  assert.equal(
    first,
    '김하나,4821,2,1,"사과, 귤",기울기 a ← b,grad:a->b.0,−2.2,−2.2,right,1,1,mul.not_swapped,12,1,0,2,2026-11-27T03:00:00.000Z',
  );
  // What is not found out is not told in the table either.
  assert.equal(second, '김하나,4821,2,1,"사과, 귤",b의 값,value:b,,,empty,0,0,,,1,0,2,2026-11-27T03:00:00.000Z');
});

test("each way to end has a word of its own", () => {
  const answers = createAnswers(SET.questions);
  answers.take(0, "grad:a->b.0", "1", /** @type {any} */ ({ verdict: "right", mistake: null, text: "1" }), 1);
  answers.giveUp(0, "value:b", "5", 2);
  const results = rows(csvOf(SET, answers, ABOUT)).slice(1).map((row) => row.split(",").at(-9));
  assert.deepEqual(results, ["first try", "shown"]);
});

test("what could not be read is not called wrong, until it is", () => {
  const answers = createAnswers(SET.questions);
  answers.take(0, "value:b", "2 apples", /** @type {any} */ ({ verdict: "unreadable", mistake: null, text: null }), 1);
  const result = () => rows(csvOf(SET, answers, ABOUT))[2]?.split(",").at(-9);
  assert.equal(result(), "unreadable");
  answers.take(0, "value:b", "2", /** @type {any} */ ({ verdict: "wrong", mistake: null, text: null }), 2);
  answers.take(0, "value:b", "2 apples", /** @type {any} */ ({ verdict: "unreadable", mistake: null, text: null }), 3);
  assert.equal(result(), "wrong");
});

test("a cell is quoted where it must be, and is never a formula", () => {
  assert.equal(cell('say "a", b'), '"say ""a"", b"');
  assert.equal(cell("two\nlines"), '"two\nlines"');
  assert.equal(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
  assert.equal(cell("@x"), "'@x");
  assert.equal(cell("-3"), "-3");
  assert.equal(cell("-1/3"), "-1/3");
  assert.equal(cell("-cmd"), "'-cmd");
  assert.equal(cell(-3), "-3");
  assert.equal(cell(null), "");
});

test("spreadsheets read the letters of every language", () => {
  assert.ok(csvOf(SET, createAnswers(SET.questions), ABOUT).startsWith("\ufeffname,"));
});

test("a file is named after set and person", () => {
  assert.equal(fileName(SET, "김 하나"), "chainrule-4821-2-김-하나.csv");
  assert.equal(fileName(SET, "../../../etc"), "chainrule-4821-2-etc.csv");
  assert.equal(fileName(SET, ""), "chainrule-4821-2.csv");
});
