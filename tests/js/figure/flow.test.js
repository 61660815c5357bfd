import assert from "node:assert/strict";
import { test } from "node:test";

import { startGraphFlow } from "../../../static/js/figure/flow.js";
import { initialState } from "../../../static/js/figure/state.js";
import { createEmitter } from "../../../static/js/kit/emitter.js";
import { createStore } from "../../../static/js/kit/store.js";

const plain = { structure: "s", error: null, output: "y", inputs: [{ name: "x", id: "x", shape: [] }], edges: [], groups: [{ id: "g", parent: null, op: "g", output: "y" }] };
const graph = { ...plain, nodes: [{ id: "x", op: "input", shape: [] }, { id: "y", op: "mul", shape: [], aria: {} }] };

/**
 * A flow over a server that answers when it is told to, call by call.
 * @param {object} [state]
 */
function begin(state = {}) {
  globalThis.window = /** @type {any} */ ({ clearTimeout, setTimeout: (/** @type {() => void} */ fn, /** @type {number} */ ms) => setTimeout(fn, ms).unref() });
  const store = createStore({ ...initialState({ lang: "en" }), program: "y = x * x", ...state });
  /** @type {{kind: string, numbers: any, answer: (answer: any) => Promise<void>}[]} */
  const calls = [];
  /** @type {any[]} */
  const shown = [];
  const rest = () => new Promise((resolve) => setTimeout(resolve));
  const call = (/** @type {string} */ kind) =>
    new Promise((resolve) => {
      calls.push({
        kind,
        numbers: store.get("inputs"),
        answer: (answer) => {
          resolve(answer);
          return rest();
        },
      });
    });
  const api = {
    graphs: (kind = "graphs") => call(kind),
    picture: (_ = {}, kind = "picture") => call(kind),
    values: () => call("values"),
    cancel() {},
  };
  const { on, emit } = /** @type {any} */ (createEmitter());
  /** @type {any} */
  const app = { store, api, on, emit, graph: null, view: { renewWords() {} }, announce() {} };
  const flow = startGraphFlow(app, {
    setGraph: (fresh) => (app.graph = fresh),
    showPicture: (picture) => shown.push(picture),
    lineWidth: () => undefined,
    suit: async (right) => right,
    showWaiting() {},
    askPanels: async () => () => {},
  });
  /** Answer the oldest waiting call of a kind. */
  const answer = (/** @type {string} */ kind, /** @type {any} */ content) => {
    const at = calls.findIndex((one) => one.kind === kind);
    const [one] = calls.splice(at, 1);
    assert.ok(at >= 0 && one, `no call for ${kind} waits`);
    return one.answer(content);
  };
  return { store, flow, shown, answer, rest, waiting: () => calls.map(({ kind }) => kind), calls };
}

test("a program with an error is asked for once, a broken rule or not", async () => {
  const { answer, waiting } = begin({ mistakes: ["mul.not_swapped"] });
  await answer("graphs", { ...graph, error: { line: 2, detail: "no" } });
  await answer("picture", "<svg/>");
  assert.deepEqual(waiting(), []);
});

test("numbers that change while the graph is on its way are asked for when it has come", async () => {
  const { store, answer, calls, waiting } = begin();
  store.set({ inputs: { x: 3 } });
  await answer("values", { structure: "s" });
  assert.deepEqual(waiting(), ["picture", "graphs"]);
  await answer("graphs", { ...graph });
  assert.deepEqual(waiting(), ["picture", "values"]);
  assert.deepEqual(calls.at(-1)?.numbers, { x: 3 });
});

test("numbers that change while a picture is on its way are written into it", async () => {
  const { store, flow, answer, waiting, shown } = begin();
  await answer("graphs", { ...graph });
  await answer("picture", "closed");
  flow.toggleGroup("g");
  store.set({ inputs: { x: 3 } });
  await answer("values", { structure: "other" });
  await answer("picture", "opened");
  assert.deepEqual(shown, ["closed", "opened"]);
  assert.deepEqual(waiting(), ["values"]);
});

test("of two pictures asked for, the older is not shown, whichever comes first", async () => {
  const { store, flow, answer, shown } = begin();
  await answer("graphs", { ...graph });
  await answer("picture", "numbers");
  flow.toggleGroup("g");
  store.set({ labels: "symbols" });
  await answer("picture", "older");
  await answer("picture", "newer");
  assert.deepEqual(shown, ["numbers", "newer"]);
});

test("what a screen reader says is asked for when numbers rest, not while others are on their way", async () => {
  const { store, answer, waiting } = begin();
  await answer("graphs", { ...graph });
  await answer("picture", "<svg/>");
  /** @type {Map<number, () => void>} */
  const due = new Map();
  const { clearTimeout } = globalThis;
  window.setTimeout = /** @type {any} */ ((/** @type {() => void} */ fn) => due.set(due.size + 1, fn).size);
  globalThis.clearTimeout = (id) => void due.delete(Number(id));
  store.set({ inputs: { x: 3 } });
  await answer("values", { structure: "another" });
  assert.equal(due.size, 1);
  store.set({ inputs: { x: 4 } });
  assert.equal(due.size, 0, "the server answers with numbers first");
  await answer("values", { structure: "another" });
  globalThis.clearTimeout = clearTimeout;
  assert.deepEqual(waiting(), []);
  due.forEach((fn) => fn());
  assert.deepEqual(waiting(), ["graphs words", "picture words"]);
});
