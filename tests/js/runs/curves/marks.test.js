import assert from "node:assert/strict";
import { test } from "node:test";
import { createTranslator } from "../../../../static/js/kit/i18n.js";
import { placesOf, textPlaces } from "../../../../static/js/runs/curves/marks.js";

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

/** @param {[number, number][]} texts place and width @param {{left: number, right: number}} room */
const placed = (texts, room) => textPlaces(texts.map(([at, width]) => ({ at, width })), room).map((place) => place && [place.from, place.row]);

test("texts stand right of their lines, left where the room ends", () => {
  assert.deepEqual(placed([[10, 50], [100, 40]], { left: 0, right: 200 }), [[14, 0], [104, 0]]);
  assert.deepEqual(placed([[180, 50]], { left: 0, right: 200 }), [[126, 0]]);
  assert.deepEqual(placed([[100, 300]], { left: 0, right: 200 }), [null]);
});

test("next to the plot no text runs through a line: it gives way to the left, or upwards", () => {
  assert.deepEqual(placed([[100, 60], [130, 60]], { left: 0, right: 300 }), [[36, 0], [134, 0]]);
  assert.deepEqual(placed([[40, 60], [70, 60]], { left: 0, right: 300 }), [[44, 1], [74, 0]]);
});

test("four changes close to each other", () => {
  const room = { left: 0, right: 450 };
  assert.deepEqual(placed([[158, 110], [207, 157], [217, 92], [304, 85]], room), [[44, 0], [211, 1], [221, 0], [308, 0]].with(2, null));
});

test("texts of one row never cover each other, nor the line of another", () => {
  for (let seed = 1; seed < 200; seed += 1) {
    const random = (/** @type {number} */ k) => Math.abs(Math.sin(seed * 12.9898 + k * 78.233) * 43758.5453) % 1;
    const texts = Array.from({ length: 7 }, (_, k) => ({ at: 500 * random(k), width: 30 + 100 * random(k + 50) })).sort((a, b) => a.at - b.at);
    const places = textPlaces(texts, { left: 0, right: 500 });
    const there = places.flatMap((place, k) => (place ? [{ ...place, to: place.from + Number(texts[k]?.width), at: Number(texts[k]?.at) }] : []));
    assert.ok(there.length > 0);
    for (const a of there) {
      for (const b of there) {
        if (a === b || a.row !== b.row) continue;
        assert.ok(a.to < b.from || b.to < a.from, `seed ${seed}`);
        assert.ok(b.at < a.from || b.at > a.to, `seed ${seed}`);
      }
    }
  }
});
