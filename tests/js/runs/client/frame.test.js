import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { numberOf, readFrame, tensorOf } from "../../../../static/js/runs/client/frame.js";

/** Made by app/runs/protocol/frames.py; tests/app/runs/test_frames.py holds the two to each other. */
function golden() {
  const file = readFileSync(new URL("../../../goldens/frame.bin", import.meta.url));
  return file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
}

test("a frame has its header, and each tensor its levels", () => {
  const frame = readFrame(golden());
  assert.equal(frame.run, "3f9c02ab71de");
  assert.equal(frame.step, 120);
  assert.deepEqual(frame.labels, [7, 2]);
  const weights = tensorOf(frame, "W1", "value");
  assert.ok(weights);
  assert.deepEqual(weights.shape, [2, 2]);
  assert.equal(weights.levels[3], -128, "NaN");
  assert.deepEqual(
    [...weights.levels.subarray(0, 3)].map((level) => Math.round(level * weights.scale * 100) / 100),
    [1, -0.5, 0.25],
  );
  const bias = tensorOf(frame, "b1", "grad");
  assert.deepEqual([...(bias?.levels ?? [])], [0, 127, -127]);
  assert.ok(Math.abs(numberOf(bias?.norm) - Math.hypot(3, 3)) < 1e-6);
});

test("the levels lie in the message: nothing is copied", () => {
  const message = golden();
  const frame = readFrame(message);
  assert.equal(tensorOf(frame, "W1", "value")?.levels.buffer, message);
});

test("what a frame has not is not found, and numbers that JSON lacks are numbers again", () => {
  const frame = readFrame(golden());
  assert.equal(tensorOf(frame, "W1", "grad"), undefined);
  assert.ok(Number.isNaN(numberOf("NaN")));
  assert.equal(numberOf("-Infinity"), -Infinity);
  assert.ok(Number.isNaN(numberOf(null)));
});
