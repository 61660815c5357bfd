import assert from "node:assert/strict";
import { test } from "node:test";
import { createQuizWords, numbered } from "../../../static/js/quiz/words.js";

test("equal texts are counted through", () => {
  assert.deepEqual(numbered(["a", "b", "a"]), [{ k: 1, n: 2 }, { k: 1, n: 1 }, { k: 2, n: 2 }]);
});

test("no two blanks have the same name", () => {
  const app = /** @type {any} */ ({
    store: { get: () => "en" },
    t: (/** @type {string} */ message, /** @type {Record<string, unknown>} */ values = {}) => message.replaceAll(/\{(\w+)\}/g, (_, key) => String(values[key])),
    graph: { nodes: [{ id: "op_1", name: null, symbol: "×" }, { id: "op_2", name: null, symbol: "×" }, { id: "op_3", name: null, symbol: "+" }] },
  });
  const blanks = ["op_1", "op_2"].map((source) => /** @type {any} */ ({ kind: "value", source, target: "op_3" }));
  const names = [...createQuizWords(app).names(blanks).values()];
  assert.equal(new Set(names).size, 2);
  assert.match(names[1] ?? "", /2 of 2/);
});
