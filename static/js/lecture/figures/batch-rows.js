/** A program with another number of samples in its batch. No DOM. */

/**
 * The program with `count` rows in the matrix assigned to `name`: the first of those given, then further small numbers,
 * always the same.
 * @param {string} program
 * @param {string} name
 * @param {number[][]} given
 * @param {number} count
 */
export function withRows(program, name, given, count) {
  const columns = given[0]?.length ?? 1;
  const rows = Array.from({ length: count }, (_, row) => given[row] ?? Array.from({ length: columns }, (_, column) => ((3 * row + 5 * column) % 7) - 3));
  const text = `[${rows.map((row) => `[${row.join(", ")}]`).join(", ")}]`;
  return program.replace(new RegExp(`^(${name} = )\\[\\[.*?\\]\\]`, "m"), (_, head) => head + text);
}
