import assert from "node:assert/strict";
import { test } from "node:test";
import { createEmitter } from "../../../static/js/kit/emitter.js";

test("an event reaches those who listen to it, until they end it", () => {
  const { on, emit } = createEmitter();
  /** @type {unknown[]} */
  const heard = [];
  const end = on("problem", (problem) => heard.push(problem));
  on("picture", () => heard.push("picture"));
  emit("problem", null);
  end();
  emit("problem", null);
  assert.deepEqual(heard, [null]);
});
