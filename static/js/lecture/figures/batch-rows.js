/** Changes the number of samples in a program's batch. No DOM. */

/**
 * Return the program with `count` rows in the matrix `name`: the given rows first, then fixed small numbers.
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
