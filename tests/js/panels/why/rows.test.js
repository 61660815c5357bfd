import assert from "node:assert/strict";
import { test } from "node:test";
import { lines, told, toldAbout } from "../../../../static/js/panels/why/rows.js";

/** @param {string} id @param {string | null} code @param {string[]} [causes] */
const changed = (id, code, causes = []) =>
  /** @type {any} */ ({ id, kind: id.includes("->") ? "edge" : "node", value: null, gradient: code && {}, reason: code && { code, causes } });

const graph = /** @type {any} */ ({
  inputs: [{ id: "apple" }, { id: "num" }, { id: "tax" }],
  edges: [
    { source: "apple", target: "sub" },
    { source: "num", target: "sub" },
    { source: "sub", target: "price" },
    { source: "tax", target: "price" },
  ],
});

test("inputs come first, the nearest to the output before all, and what only follows upstream last", () => {
  const changes = [changed("apple", "upstream"), changed("num", "local"), changed("tax", "local"), changed("sub", "local"), changed("price", null)];
  assert.deepEqual(told(changes, graph, null).map(({ id }) => id), ["tax", "num", "apple"]);
});

test("the selected part leads, an edge too", () => {
  const changes = [changed("num", "local"), changed("tax", "local"), changed("num->sub.1", "local")];
  assert.deepEqual(told(changes, graph, "num->sub.1").map(({ id }) => id), ["num->sub.1", "tax", "num"]);
  assert.deepEqual(toldAbout(graph, "sub"), ["apple", "num", "tax", "sub"]);
});

test("a line leads from the other arm to the gradient that it became", () => {
  const ends = (/** @type {string} */ id) => {
    const [source = "", target = ""] = id.split("->");
    return target ? { source, target: target.split(".")[0] ?? "" } : null;
  };
  const tax = changed("tax", "local", ["sub->price.0"]);
  const changes = [tax, changed("tax->price.1", "local", ["sub->price.0"])];
  assert.deepEqual(lines(tax, changes, ends), [{ from: "sub->price.0", to: "tax->price.1" }]);
  // The slope of exp is its own output.
  const x = changed("x", "local", ["e->y.0"]);
  assert.deepEqual(lines(x, [x, changed("x->e.0", "local")], ends), [{ from: "e->y.0", to: "x->e.0" }]);
});
