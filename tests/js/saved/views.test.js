import assert from "node:assert/strict";
import { test } from "node:test";
import { groupsAround, nearestView, nodesOnPaths } from "../../../static/js/saved/views.js";

const views = [["/"], ["/", "a"], ["/", "b"], []].map((open) => ({ open, svg: "" }));

test("the nearest view has the group just changed as it is wanted", () => {
  assert.deepEqual(nearestView(views, new Set(["/", "a", "b"]), "b")?.open, ["/", "b"]);
  assert.deepEqual(nearestView(views, new Set(["/"]), "a")?.open, ["/"]);
  assert.equal(nearestView(views, new Set(["/", "c"]), "c"), null);
});

test("groups around a part, inner first, also of a broken file with a circle", () => {
  const parents = new Map([["/", null], ["a", "/"], ["x", "y"], ["y", "x"]]);
  assert.deepEqual(groupsAround("a", parents), ["a", "/"]);
  assert.deepEqual(groupsAround("x", parents), ["x", "y"]);
});

test("nodes on all ways to the loss, and none off them", () => {
  /** @type {[number, number, null][]} */
  const edges = [[0, 1, null], [0, 2, null], [1, 3, null], [2, 3, null], [2, 4, null]];
  assert.deepEqual([...nodesOnPaths(0, edges, 3)].sort(), [0, 1, 2, 3]);
  assert.deepEqual([...nodesOnPaths(4, edges, 3)], []);
});
