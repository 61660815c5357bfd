import assert from "node:assert/strict";
import { test } from "node:test";
import { formOf, groupsAround, isSame, nearestView, nodesOnPaths, sizeOf } from "../../../static/js/saved/views.js";

const views = [["/"], ["/", "a"], ["/", "b"], []].map((open) => ({ open, form: "lines", svg: "" }));

test("the nearest view has the group just changed as it is wanted", () => {
  assert.deepEqual(nearestView(views, new Set(["/", "a", "b"]), "b", "lines")?.open, ["/", "b"]);
  assert.deepEqual(nearestView(views, new Set(["/"]), "a", "lines")?.open, ["/"]);
  assert.equal(nearestView(views, new Set(["/", "c"]), "c", "lines"), null);
});

test("a view comes in the form that suits the canvas, but the groups wanted come first", () => {
  const both = [...views, { open: ["/"], form: "down", svg: "" }];
  const long = { width: 1300, height: 2600 };
  assert.equal(nearestView(both, new Set(["/"]), null, formOf({ width: 390, height: 400 }, long))?.form, "down");
  assert.equal(nearestView(both, new Set(["/"]), "a", formOf({ width: 1072, height: 780 }, long))?.form, "lines");
  assert.equal(formOf({ width: 620, height: 480 }, sizeOf('<svg class="graph" width="1190.5" height="650" data-x="">')), "lines");
  assert.equal(formOf({ width: 620, height: 480 }, sizeOf("")), "down");
  assert.deepEqual(nearestView(both, new Set(["/", "a"]), "a", "down")?.open, ["/", "a"]);
  assert.ok(isSame(["a", "/"], new Set(["/", "a"])));
  assert.ok(!isSame(["a"], new Set(["/", "a"])));
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
