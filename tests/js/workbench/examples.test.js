import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleOf, inGroups, matching } from "../../../static/js/workbench/examples.js";

test("an example is known by its program, and of several the one shown most alike", () => {
  const shown = { labels: "numbers", open: [], seed: 1, upstream: 1 };
  const examples = /** @type {any[]} */ ([
    { ...shown, slug: "a", part: 1, program: "x = 1\n", open: ["g_1"] },
    { ...shown, slug: "b", part: 2, program: "x = 1" },
    { ...shown, slug: "c", part: 1, program: "x = 3" },
    { ...shown, slug: "d", part: 3, program: "x = 3" },
  ]);
  /** @param {object} state @param {string} [chosen] */
  const here = (state, chosen) => exampleOf(examples, /** @type {any} */ ({ ...shown, ...state }), chosen)?.slug;
  assert.equal(here({ program: "x = 1\n" }), "b");
  assert.equal(here({ program: "x = 1", open: ["g_1"] }), "a");
  assert.equal(here({ program: "x = 3" }), "c");
  assert.equal(here({ program: "x = 3" }, "d"), "d");
  assert.equal(here({ program: "x = 9" }), undefined);
});

/** @param {string} slug @param {number} part @param {string} title */
const example = (slug, part, title) => /** @type {any} */ ({ slug, part, title: { en: title }, summary: { en: "" }, guide: { question: { en: `Why ${slug}?` } }, program: "y = exp(x)" });

test("examples stand in groups of the lecture's parts", () => {
  const groups = inGroups([example("a", 1, ""), example("b", 4, ""), example("c", 5, ""), example("d", 20, "")]);
  assert.deepEqual(groups.map(([, items]) => items.map(({ slug }) => slug)), [["a", "b"], ["c"], ["d"]]);
});

test("an example is found by its title, its question, its program", () => {
  const examples = [example("one", 1, "Two apples"), example("two", 2, "A sigmoid")];
  const found = (/** @type {string} */ text) => matching(examples, text, "en").map(({ slug }) => slug);
  assert.deepEqual(found("APPLES"), ["one"]);
  assert.deepEqual(found("sigmoid why"), ["two"]);
  assert.deepEqual(found("exp("), ["one", "two"]);
  assert.deepEqual(found("relu"), []);
});
