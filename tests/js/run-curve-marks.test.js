import assert from "node:assert/strict";
import { test } from "node:test";
import { createTranslator } from "../../static/js/i18n.js";
import { placesOf, textPlaces } from "../../static/js/run-curve-marks.js";

const t = createTranslator({}, () => "en");
const mark = (/** @type {number} */ step, /** @type {string} */ name, /** @type {unknown} */ value) => ({ step, name, value });

test("changes are told in words, by step", () => {
  const marks = [mark(500, "learning_rate", 0.01), mark(100, "batch_size", 1000), mark(700, "params", null)];
  assert.deepEqual(placesOf([{ name: "A", marks, events: [] }], t), [
    { run: "A", step: 100, text: "batch size 1,000" },
    { run: "A", step: 500, text: "learning rate 0.01" },
    { run: "A", step: 700, text: "parameters from a file" },
  ]);
});

test("what was changed at one step stands together; of one thing changed twice the last holds", () => {
  const marks = [mark(10, "learning_rate", 0.1), mark(10, "optimizer", "adam"), mark(10, "learning_rate", 0.001)];
  assert.deepEqual(placesOf([{ name: "A", marks, events: [] }], t).map(({ text }) => text), ["Adam, learning rate 0.001"]);
});

test("of several runs each is named", () => {
  const runs = [
    { name: "A", marks: [mark(20, "optimizer", "momentum")], events: [] },
    { name: "B", marks: [mark(10, "optimizer", "sgd")], events: [] },
  ];
  assert.deepEqual(placesOf(runs, t).map(({ text }) => text), ["B: SGD", "A: Momentum"]);
});

test("another net begins where its curve begins, and is not marked", () => {
  const marks = [mark(0, "activation", "tanh"), mark(0, "learning_rate", 0.1), mark(0, "hidden", [10])];
  assert.deepEqual(placesOf([{ name: "A", marks, events: [] }], t), []);
});

test("a worker that was restarted is marked, other events are not", () => {
  const events = [
    { kind: "restarted", step: 300 },
    { kind: "resumed", step: 400 },
  ];
  assert.deepEqual(placesOf([{ name: "A", marks: [], events }], t), [{ run: "A", step: 300, text: "worker restarted" }]);
});

test("texts stand right of their lines, left where the room ends, and never over each other", () => {
  const room = { left: 0, right: 200 };
  assert.deepEqual(textPlaces([{ at: 10, width: 50 }, { at: 100, width: 40 }], room), [14, 104]);
  assert.deepEqual(textPlaces([{ at: 180, width: 50 }], room), [126]);
  assert.deepEqual(textPlaces([{ at: 10, width: 50 }, { at: 15, width: 50 }, { at: 90, width: 20 }], room), [14, null, 94]);
  assert.deepEqual(textPlaces([{ at: 100, width: 300 }], room), [null]);
});

test("a text does not run through the next line: it gives way to the left", () => {
  assert.deepEqual(textPlaces([{ at: 100, width: 60 }, { at: 130, width: 60 }], { left: 0, right: 300 }), [36, 134]);
});
