/** A program whose statements stand in a row, each reading what the one before made. No DOM. */

/**
 * @typedef {object} Link
 * @property {string} input the name that the statement reads
 * @property {string} output the name that it makes
 * @property {string} statement without its comment
 * @property {string | null} title its comment
 */

/**
 * The statements behind the input, in order.
 * @param {string} program
 * @returns {Link[]}
 */
export function chainOf(program) {
  /** @type {Link[]} */
  const links = [];
  let input = "";
  for (const line of program.split("\n")) {
    const [, output, rest = ""] = /^(\w+) = (.*)$/.exec(line.trim()) ?? [];
    if (!output) continue;
    const [expression = "", comment] = rest.split("#").map((part) => part.trim());
    if (input) links.push({ input, output, statement: `${output} = ${expression}`, title: comment ?? null });
    input = output;
  }
  return links;
}

/** A name as a formula writes it: `x_1` as x₁. @param {string} name */
export const localName = (name) => name.replace(/_?(\d+)$/, (_, digits) => String(digits).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] ?? ""));
