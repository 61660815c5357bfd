/** The results of a set of cases as CSV, and results read from such files. No DOM. */

import { csvText } from "../questions/results-csv.js";

/** @typedef {import("./api.js").Verdict} Verdict */

const COLUMNS = ["name", "seed", "level", "case", "accused", "mistake", "result", "checks", "par", "points", "seconds", "time", "signature"];
const TOKEN = /[\w-]{20,}\.[\w-]{43}(?![\w-])/;
const HEAD = "name,seed,";
const FIRST_CELL = /^(?:"((?:[^"]|"")*)"|([^,]*))/;

/**
 * @param {readonly Verdict[]} verdicts of closed cases
 * @param {string} name
 */
export const csvOf = (verdicts, name) =>
  csvText(
    COLUMNS,
    verdicts.map(({ seed, level, index, accused, kind, verdict, checks, par, points, began, seconds, token }) => [
      name, seed, level, index + 1, accused, kind, verdict, checks, par, points, seconds, new Date((began + seconds) * 1000).toISOString(), token,
    ]),
  );

/**
 * Return the results in the text of a file, each with the name in its row; the token is empty where there is none.
 * @param {string} text
 * @returns {{name: string, token: string}[]}
 */
export function signedIn(text) {
  const rows = text.replace(/^\ufeff/, "").split(/\r?\n/);
  return rows
    .filter((row) => row.trim() !== "" && !row.startsWith(HEAD))
    .map((row) => {
      const first = row.match(FIRST_CELL);
      return { token: row.match(TOKEN)?.[0] ?? "", name: (first?.[1]?.replaceAll('""', '"') ?? first?.[2] ?? "").replace(/^'/, "") };
    });
}
