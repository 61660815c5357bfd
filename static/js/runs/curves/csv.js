/** Merges the CSV files of several runs into one, run after run. No DOM. */

/** @typedef {import("../client/types.js").RunOptions} RunOptions */

/** Columns that identify a run, before the server's own. */
const RUN = /** @type {const} */ (["run", "hidden", "activation", "init", "seed"]);

/**
 * Parse a CSV file (RFC 4180).
 * @param {string} text
 * @returns {string[][]}
 */
export function readCsv(text) {
  /** @type {string[][]} */
  const rows = [];
  /** @type {string[]} */
  let row = [];
  // A cell, quoted or plain, and its separator.
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
 * Format a cell, quoted if needed.
 * @param {unknown} value
 */
function cell(value) {
  const text = value === undefined ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Unite the columns of all runs; extra layers of a deeper net follow their like.
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
 * @param {readonly {name: string, options: RunOptions, table: string}[]} runs `table` is the answer of `GET
 *   /runs/{id}/history.csv`
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
