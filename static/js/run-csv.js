/** The curves of runs as a CSV file: a row a point, first all of run A, then of B. No DOM. */

/** @typedef {import("./run-types.js").History} History */
/** @typedef {import("./run-types.js").RunOptions} RunOptions */

/**
 * Quoted where it must be (RFC 4180).
 * @param {unknown} value
 */
function cell(value) {
  const text = value === null || value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** @param {readonly (readonly unknown[])[]} lists */
const longest = (lists) => Math.max(0, ...lists.map(({ length }) => length));
/** @param {string} name @param {number} count */
const numbered = (name, count) => Array.from({ length: count }, (_, k) => `${name}_${k + 1}`);
/** @param {readonly unknown[] | undefined} values @param {number} count */
const padded = (values, count) => Array.from({ length: count }, (_, k) => values?.[k]);

/**
 * Numbers stand as the server sends them, with every digit. A test, or a change, at a step that has no point has a row of
 * its own.
 * @param {readonly {name: string, options: RunOptions, history: History}[]} runs
 */
export function csvOf(runs) {
  const layers = longest(runs.flatMap(({ history }) => history.gradient_norms));
  const hidden = longest(runs.flatMap(({ history }) => history.dead_units));
  const header = [
    ...["run", "hidden", "activation", "init", "seed", "step", "loss", "accuracy", "test_accuracy"],
    ...numbered("gradient_norm", layers),
    ...numbered("dead_units", hidden),
    "change",
  ];
  const rows = runs.flatMap(({ name, options, history }) => {
    const points = new Map(history.steps.map((step, k) => [step, k]));
    const tests = new Map(history.test_steps.map((step, k) => [step, history.test_accuracy[k]]));
    /** @type {Map<number, string[]>} */
    const changes = new Map();
    for (const { step, name: changed, value } of history.marks) {
      const text = value === null ? changed : `${changed}=${Array.isArray(value) ? value.join("-") : value}`;
      changes.set(step, [...(changes.get(step) ?? []), text]);
    }
    const steps = [...new Set([...points.keys(), ...tests.keys(), ...changes.keys()])].sort((a, b) => a - b);
    return steps.map((step) => {
      const k = points.get(step);
      const point = k === undefined ? null : { loss: history.loss[k], accuracy: history.accuracy[k], norms: history.gradient_norms[k], dead: history.dead_units[k] };
      return [
        ...[name, options.hidden.join("-"), options.activation, options.init, options.seed, step],
        ...[point?.loss, point?.accuracy, tests.get(step)],
        ...padded(point?.norms, layers),
        ...padded(point?.dead, hidden),
        changes.get(step)?.join("; "),
      ];
    });
  });
  return [header, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
