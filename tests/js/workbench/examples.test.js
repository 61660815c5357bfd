import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleOf, byPart } from "../../../static/js/workbench/examples.js";

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
  assert.deepEqual(byPart(examples).map(([part, items]) => [part, items.map((item) => item.slug)]), [
    [1, ["a", "c"]],
    [2, ["b"]],
    [3, ["d"]],
  ]);
});
