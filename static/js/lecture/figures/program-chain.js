/** A program as a chain of statements, each reading the previous result. No DOM. */

/**
 * @typedef {object} Link
 * @property {string} input the name it reads
 * @property {string} output the name it assigns
 * @property {string} statement without its comment
 * @property {string | null} title its comment
 */

/**
 * Return the statements after the input, in order.
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

/** Write a name as formulas do: `x_1` becomes x₁. @param {string} name */
export const localName = (name) => name.replace(/_?(\d+)$/, (_, digits) => String(digits).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[Number(digit)] ?? ""));
