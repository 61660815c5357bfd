import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterShapes, sizeText } from "../../../../static/js/runs/controls/parameter-file.js";

test("parameters are told with their shapes, and nothing else of a frame is", () => {
  const tensors = [
    { name: "x", of: "value", whole: [100, 784] },
    { name: "W1", of: "value", whole: [784, 50] },
    { name: "W1", of: "grad", whole: [784, 50] },
    { name: "b1", of: "value", whole: [50] },
    { name: "a1", of: "value", whole: [100, 50] },
    { name: "W10", of: "value", whole: [50, 10] },
  ];
  assert.deepEqual(parameterShapes(tensors), ["W1 (784, 50)", "b1 (50,)", "W10 (50, 10)"]);
});

test("the size of a file as people say it", () => {
  assert.equal(sizeText(159_778), "160 kB");
  assert.equal(sizeText(3), "1 kB");
  assert.equal(sizeText(2_340_000), "2.3 MB");
});
