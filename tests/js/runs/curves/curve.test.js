import assert from "node:assert/strict";
import { test } from "node:test";
import { createCurve, MOST_LIVE, MOST_POINTS } from "../../../../static/js/runs/curves/curve.js";

/** The curves of a run as the server keeps them: its rule of every second point, and answers behind a step. */
function server({ most = 2000, scale = 1 } = {}) {
  let every = 10;
  /** @type {number[]} */
  let steps = [];
  /** @type {number[]} */
  let tests = [];
  /** @type {import("../../../../static/js/runs/client/types.js").Mark[]} */
  const marks = [];
  const loss = (/** @type {number} */ step) => (scale * 100) / (step + 100);
  return {
    loss,
    /** @param {number} from @param {number} to */
    train(from, to) {
      for (let step = from + 1; step <= to; step += 1) {
        if (step % every) continue;
        steps.push(step);
        if (step % 100 === 0) tests.push(step);
        if (steps.length >= most) {
          every *= 2;
          steps = steps.filter((one) => one % every === 0);
        }
      }
    },
    mark: (/** @type {number} */ step, /** @type {string} */ name, /** @type {unknown} */ value) => marks.push({ step, name, value }),
    /** @returns {import("../../../../static/js/runs/client/types.js").History} */
    history(after = -1) {
      const told = steps.filter((step) => step > after);
      const tested = tests.filter((step) => step > after);
      return {
        every,
        steps: told,
        loss: told.map(loss),
        accuracy: told.map(() => 0.5),
        gradient_norms: told.map((step) => [1 / step, "NaN"]),
        dead_units: told.map(() => [0.25]),
        test_steps: tested,
        test_accuracy: tested.map(() => 0.9),
        marks: marks.filter((mark) => mark.step > after),
      };
    },
  };
}

const frame = (/** @type {number} */ step) => ({ step, loss: 1, accuracy: 0.5, gradient_norms: [1, 2], dead_units: [0] });
const stepsOf = (/** @type {ReturnType<typeof createCurve>} */ curve) => curve.points.map(({ step }) => step);

test("answers one behind another make the same curves as one answer at the end", () => {
  const net = server({ most: 64 });
  const curve = createCurve();
  for (let step = 0; step < 6000; step += 370) {
    net.train(step, step + 370);
    curve.setStep(step + 370);
    if (!curve.merge(net.history(curve.after), curve.after)) assert.ok(curve.merge(net.history(), curve.after));
  }
  const whole = createCurve();
  whole.merge(net.history(), -1);
  assert.deepEqual(curve.points, whole.points);
  assert.deepEqual(curve.tests, whole.tests);
});

test("numbers that JSON lacks are numbers", () => {
  const net = server();
  net.train(0, 10);
  const curve = createCurve();
  curve.merge(net.history(), -1);
  assert.deepEqual(curve.points[0]?.norms, [0.1, NaN]);
});

test("frames stand at the end until the history has passed them", () => {
  const net = server();
  net.train(0, 40);
  const curve = createCurve();
  curve.merge(net.history(), -1);
  for (const step of [43, 47, 47, 55]) curve.frame(frame(step));
  assert.deepEqual(stepsOf(curve), [10, 20, 30, 40, 43, 47, 55]);
  net.train(40, 55);
  assert.ok(curve.merge(net.history(curve.after), curve.after));
  assert.deepEqual(stepsOf(curve), [10, 20, 30, 40, 50, 55]);
  assert.equal(curve.end, 55);
});

test("an hour of frames and answers grows nothing", () => {
  const net = server();
  const curve = createCurve();
  let step = 0;
  for (let second = 0; second < 3600; second += 1) {
    net.train(step, step + 2000);
    step += 2000;
    for (let k = 20; k > 0; k -= 1) curve.frame(frame(step - k));
    const after = curve.after;
    if (second % 5 === 4 && !curve.merge(net.history(after), after)) curve.merge(net.history(), -1);
  }
  assert.ok(curve.points.length <= MOST_POINTS + MOST_LIVE, String(curve.points.length));
  assert.ok(curve.tests.length <= MOST_POINTS, String(curve.tests.length));
  assert.equal(curve.end, 7_199_999);
});

test("frames alone, with no answer for long, stay bounded and keep the newest", () => {
  const curve = createCurve();
  for (let step = 1; step < 5000; step += 1) curve.frame(frame(step));
  assert.ok(curve.points.length <= MOST_LIVE);
  assert.equal(curve.end, 4999);
});

test("an answer of another training does not fit", () => {
  const curve = createCurve();
  const first = server();
  first.train(0, 100);
  curve.merge(first.history(), -1);
  const second = server({ scale: 2 });
  second.train(0, 500);
  const after = curve.after;
  assert.equal(after, 99);
  assert.equal(curve.merge(second.history(after), after), false);
  assert.equal(curve.after, -1);
  assert.equal(curve.points.length, 10, "what was known stays until all of it has come");
  assert.ok(curve.merge(second.history(), -1));
  assert.deepEqual(curve.points.map(({ loss }) => loss), second.history().loss);
});

test("a run that stands at its beginning has no curves", () => {
  const net = server();
  net.train(0, 100);
  const curve = createCurve();
  curve.merge(net.history(), -1);
  const before = curve.version;
  curve.frame(frame(0));
  assert.deepEqual([curve.points, curve.tests, curve.marks, curve.end], [[], [], [], -1]);
  assert.ok(curve.version > before);
  assert.equal(curve.after, -1);
});

test("a run that went back to a checkpoint is asked for whole", () => {
  const net = server();
  net.train(0, 100);
  const curve = createCurve();
  curve.merge(net.history(), -1);
  curve.frame(frame(104));
  curve.setStep(61);
  assert.equal(curve.after, -1);
  const back = server();
  back.train(0, 60);
  assert.ok(curve.merge(back.history(), -1));
  assert.equal(curve.end, 60);
});

test("a change at a step that had been told is not missed, nor told twice", () => {
  const net = server();
  net.train(0, 50);
  const curve = createCurve();
  curve.merge(net.history(), -1);
  net.mark(50, "learning_rate", 0.01);
  net.mark(57, "batch_size", 10);
  for (let k = 0; k < 2; k += 1) curve.merge(net.history(curve.after), curve.after);
  assert.deepEqual(curve.marks.map(({ step }) => step), [50, 57]);
  assert.equal(curve.points.length, 5);
});

test("more is asked for when the server has more", () => {
  const net = server();
  const curve = createCurve();
  assert.ok(curve.needsAll, "in the beginning");
  net.train(0, 100);
  curve.setStep(100);
  curve.merge(net.history(), -1);
  assert.ok(!curve.needsAll && !curve.isBehind, "all is known");
  curve.setStep(105);
  assert.ok(!curve.isBehind, "no point yet");
  curve.setStep(110);
  assert.ok(curve.isBehind);
});
