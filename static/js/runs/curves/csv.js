/** The curves of several runs as one CSV file, from those that the server makes: all rows of run A, then those of B. No DOM. */

/** @typedef {import("../client/types.js").RunOptions} RunOptions */

/** What tells a run from others, before the server's own columns. */
const RUN = /** @type {const} */ (["run", "hidden", "activation", "init", "seed"]);

/**
 * The rows of a CSV file (RFC 4180).
 * @param {string} text
 * @returns {string[][]}
 */
export function readCsv(text) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  // A cell, quoted or plain, and what ends it.
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (end === "" && row.length === 0 && quoted === undefined && !plain) break;
    row.push(quoted === undefined ? String(plain) : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
    if (end === "") break;
  }
  return rows;
}

/**
 * Quoted where it must be.
 * @param {unknown} value
 */
function cell(value) {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * All columns of all runs: those that only a deeper net has stand beside their like.
 * @param {readonly string[][]} headers
 */
function united(headers) {
  /** @type {string[]} */
  const columns = [];
  for (const header of headers) {
    let at = 0;
    for (const name of header) {
      const known = columns.indexOf(name);
      if (known < 0) columns.splice(at, 0, name);
      at = (known < 0 ? at : known) + 1;
    }
  }
  return columns;
}

/**
 * @param {readonly {name: string, options: RunOptions, table: string}[]} runs `table` as `GET /runs/{id}/history.csv` gives it
 */
export function csvOf(runs) {
  const tables = runs.map(({ table }) => readCsv(table));
  const columns = united(tables.map(([header]) => header ?? []));
  const rows = runs.flatMap(({ name, options }, k) => {
    const [header = [], ...body] = tables[k] ?? [];
    const run = [name, options.hidden.join("-"), options.activation, options.init, options.seed];
    return body.map((row) => [...run, ...columns.map((column) => row[header.indexOf(column)])]);
  });
  return [[...RUN, ...columns], ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}
