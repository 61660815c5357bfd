import assert from "node:assert/strict";
import { test } from "node:test";
import { DEFAULTS } from "../../../../static/js/runs/client/address.js";
import { lossText, optionsText, percentText, spoken, timeText } from "../../../../static/js/runs/client/words.js";

const t = (/** @type {string} */ text, /** @type {Record<string, string | number>} */ values = {}) =>
  text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));

test("a loss keeps its width, whatever it is", () => {
  assert.equal(lossText(0.123456), "0.123");
  assert.equal(lossText(2.3), "2.300");
  assert.equal(lossText(null), "—");
  assert.equal(lossText("NaN"), "NaN");
  assert.equal(lossText("Infinity"), "∞");
  assert.equal(lossText(12345.678), "12,345.7");
});

test("shares and times read as people say them", () => {
  assert.equal(percentText(0.9712), "97.1%");
  assert.equal(percentText(null), "—");
  assert.equal(timeText(0.2, t), "1 s left");
  assert.equal(timeText(89, t), "89 s left");
  assert.equal(timeText(150, t), "3 min left");
  assert.equal(timeText(7200, t), "2 h left");
});

test("a run in a few words", () => {
  assert.equal(optionsText(DEFAULTS, t), "50 · ReLU · He · SGD 0.1");
  assert.equal(optionsText({ ...DEFAULTS, hidden: [], init: 0.01, optimizer: "adam", learning_rate: 0.001 }, t), "no hidden layer · ReLU · 0.01 · Adam 0.001");
});

test("what is spoken leaves out what is not known yet", () => {
  const status = /** @type {import("../../../../static/js/runs/client/types.js").RunStatus} */ ({ state: "running", step: 10, loss: null, accuracy: null, test_accuracy: null });
  assert.equal(spoken("A", status, t), "Run A: Training, step 10");
  assert.equal(spoken("A", { ...status, loss: 0.5, accuracy: 0.9, test_accuracy: 0.8 }, t), "Run A: Training, step 10, loss 0.500, accuracy 90.0%, test accuracy 80.0%");
});
