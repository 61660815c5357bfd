import assert from "node:assert/strict";
import { test } from "node:test";
import { DIFFERENCES, EXPERIMENTS, isSame, varied } from "../../../../static/js/runs/controls/presets.js";
import { DEFAULTS } from "../../../../static/js/runs/client/address.js";

test("each difference changes one thing; the one that is there is known as the same", () => {
  for (const { title, variants } of DIFFERENCES) {
    for (const { change } of variants(DEFAULTS)) assert.equal(Object.keys(change).length, 1, title);
  }
  const same = DIFFERENCES.flatMap(({ variants }) => variants(DEFAULTS)).filter(({ change }) => isSame(DEFAULTS, change));
  assert.deepEqual(same.map(({ name }) => name), ["ReLU", "He", "SGD"]);
});

test("another optimizer comes with its own learning rate", () => {
  const request = varied(DEFAULTS, { optimizer: "adam" });
  assert.equal(request.optimizer, "adam");
  assert.equal("learning_rate" in request, false);
  assert.equal(varied(DEFAULTS, { activation: "tanh" }).learning_rate, 0.1);
});

test("an experiment has as many runs as a page, and no two alike", () => {
  for (const { runs } of EXPERIMENTS) {
    assert.ok(runs.length >= 2 && runs.length <= 3);
    assert.equal(new Set(runs.map((run) => JSON.stringify(run))).size, runs.length);
  }
});
