import assert from "node:assert/strict";
import { test } from "node:test";
import { knownGroups, toggledGroups } from "../../../static/js/figure/groups.js";

const groups = [
  { id: "outer_1", parent: null },
  { id: "outer_1.sigmoid_1", parent: "outer_1" },
  { id: "outer_10", parent: null },
];

test("a click opens a group, another closes it with those inside it", () => {
  assert.deepEqual(toggledGroups(["outer_10"], "outer_1", groups), ["outer_10", "outer_1"]);
  assert.deepEqual(toggledGroups(["outer_10", "outer_1.sigmoid_1", "outer_1"], "outer_1", groups), ["outer_10"]);
});

test("groups that a changed program no longer has are forgotten", () => {
  assert.deepEqual(knownGroups(["gone_1", "outer_1"], /** @type {any} */ ({ groups })), ["outer_1"]);
});
