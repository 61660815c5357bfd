import assert from "node:assert/strict";
import { test } from "node:test";
import { fittingLayers, linesOf, profilesOf, valueAt } from "../../../../static/js/runs/curves/lines.js";
import { aligned, placeBefore } from "../../../../static/js/runs/curves/columns.js";
import { smoothed, smoothedSizes } from "../../../../static/js/runs/curves/smoothing.js";

/** @typedef {import("../../../../static/js/runs/curves/lines.js").Drawn} Drawn */
/** @typedef {import("../../../../static/js/runs/curves/lines.js").Line} Line */

/** @param {string} name @param {number[]} steps @param {Partial<Drawn>} [more] @returns {Drawn} */
function run(name, steps, more = {}) {
  const points = steps.map((step) => ({ step, loss: 10 / step, accuracy: 0.5, norms: [1e-6, 1e-3, 1], dead: [0.1, 0.2] }));
  const curve = /** @type {any} */ ({ points, tests: steps.filter((step) => step % 20 === 0).map((step) => ({ step, accuracy: 0.9 })), marks: [] });
  return { name, slot: 0, current: name === "A", activation: "sigmoid", curve, ...more };
}
const labels = (/** @type {Line[]} */ lines) => lines.map(({ label, quiet }) => (quiet ? `(${label})` : label));

test("a run alone shows its raw numbers behind the smooth ones", () => {
  const runs = [run("A", [10, 20])];
  assert.deepEqual(labels(linesOf("loss", runs)), ["(train)", "train"]);
  assert.deepEqual(labels(linesOf("accuracy", runs)), ["(train)", "train", "test"]);
  assert.deepEqual(labels(linesOf("loss", [...runs, run("B", [10])])), ["", ""]);
});

test("layers bear the names of the book, first layer first and strongest", () => {
  const runs = [run("A", [10])];
  const gradients = linesOf("gradients", runs).filter(({ quiet }) => !quiet);
  assert.deepEqual(labels(gradients), ["Affine1", "Affine2", "Affine3"]);
  assert.ok(gradients.every(({ of }) => of === "backward"));
  const strengths = gradients.map(({ strength }) => strength);
  assert.deepEqual(strengths, strengths.toSorted().reverse());
  assert.deepEqual(labels(linesOf("dead", runs)), ["(Sigmoid1)", "(Sigmoid2)", "Sigmoid1", "Sigmoid2"]);
  const two = [...runs, run("B", [10])];
  assert.deepEqual(labels(linesOf("gradients", two, "ends")), ["Affine1", "Affine3", "Affine1", "Affine3"]);
  const keys = linesOf("dead", runs).map(({ key }) => key);
  assert.equal(new Set(keys).size, keys.length);
});

test("layers between are left out where there would be too many lines", () => {
  assert.equal(fittingLayers([5]), "all");
  assert.equal(fittingLayers([2, 2, 2]), "all");
  assert.equal(fittingLayers([5, 5]), "ends");
});

test("lines of two runs stand on one x axis", () => {
  const lines = linesOf("loss", [run("A", [10, 20, 30]), run("B", [20, 25])]);
  const [x, a, b] = aligned(lines);
  assert.deepEqual(x, [10, 20, 25, 30]);
  assert.deepEqual(a?.map((value) => value !== null), [true, true, false, true]);
  assert.deepEqual(b?.map((value) => value !== null), [false, true, true, false]);
  assert.deepEqual(aligned([]), [[]]);
});

test("smoothing keeps a straight line, the beginning and the length, and calms noise", () => {
  const straight = Array.from({ length: 200 }, (_, k) => k);
  const inside = smoothed(straight).slice(0, 180);
  for (const [k, value] of inside.entries()) assert.ok(Math.abs(Number(value) - k) < 1e-9, `${k}: ${value}`);
  const noise = straight.map((k) => (k % 2 ? 1 : -1));
  assert.equal(smoothed(noise)[0], -1);
  assert.ok(smoothed(noise).slice(20, 180).every((value) => Math.abs(Number(value)) < 0.2));
  assert.deepEqual(smoothed([]), []);
});

test("no mean reaches over a change", () => {
  const values = Array.from({ length: 300 }, (_, k) => (k < 150 ? 1 : 9));
  assert.deepEqual(smoothed(values, [150]), values);
  assert.notDeepEqual(smoothed(values), values);
  const drawn = run("A", values.map((_, k) => 10 * (k + 1)));
  drawn.curve.points.forEach((point, k) => (point.loss = Number(values[k])));
  /** @type {any} */ (drawn.curve).marks = [{ step: 1500, name: "learning_rate", value: 1 }, { step: 1500, name: "optimizer", value: "adam" }, { step: 9999, name: "params", value: null }];
  assert.deepEqual(linesOf("loss", [drawn])[1]?.values, values);
});

test("what is no number stays none when smoothed, and does not spread", () => {
  const values = [1, 1, null, 1, 1];
  assert.deepEqual(smoothed(values), values);
});

test("a line says its last number up to a step, and nothing beyond its run", () => {
  const line = /** @type {Line} */ ({ steps: [10, 20, 30], exact: [1, 2, null] });
  assert.deepEqual([5, 10, 19, 20, 31].map((step) => valueAt(line, step)), [null, 1, 1, 2, null]);
  assert.equal(valueAt(line, null), 2);
  assert.equal(valueAt(line, 35, 40), null, "its last number is none");
  assert.equal(valueAt({ ...line, exact: [1, 2, 3] }, 35, 40), 3, "the run went on since");
});

test("sizes are smoothed by their powers of ten, and a zero stays one", () => {
  const sizes = Array.from({ length: 40 }, (_, k) => 10 ** -k);
  for (const [k, value] of smoothedSizes(sizes).slice(0, 36).entries()) assert.ok(Math.abs(Number(value) / 10 ** -k - 1) < 1e-9);
  assert.deepEqual(smoothedSizes([1, 0, null, 1]), [1, 0, null, 1]);
});

test("what a smooth line tells are the numbers themselves", () => {
  const drawn = run("A", Array.from({ length: 300 }, (_, k) => 10 * (k + 1)));
  const [line] = linesOf("loss", [drawn, run("B", [10])]);
  assert.equal(valueAt(/** @type {Line} */ (line), 1500), 10 / 1500);
  assert.notEqual(line?.values[149], 10 / 1500);
});

test("the profile of the gradient has the layers in the place of steps", () => {
  const runs = [run("A", [10, 20]), run("B", [10])];
  const newest = profilesOf(runs, null);
  assert.deepEqual(newest.map(({ steps, values }) => [steps, values]), [[[1, 2, 3], [1e-6, 1e-3, 1]], [[1, 2, 3], [1e-6, 1e-3, 1]]]);
  assert.deepEqual(profilesOf(runs, 15).map(({ values }) => values.length), [3, 0], "B had not come so far");
});

test("places before a step", () => {
  assert.deepEqual([0, 10, 15, 20, 99].map((step) => placeBefore([10, 20], step)), [-1, 0, 0, 1, 1]);
});

test("infinite numbers are not drawn", () => {
  const drawn = run("A", [10, 20]);
  /** @type {any} */ (drawn.curve).points[1].loss = Infinity;
  assert.deepEqual(linesOf("loss", [drawn]).map(({ values }) => values[1]), [null, null]);
});
