/** The curl command that requests the graph on the page. No DOM. */

/**
 * @param {string} text
 * @returns {string} one word for a POSIX shell
 */
export const shellWord = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

/**
 * @param {string} origin
 * @param {{program: string, inputs: Record<string, import("../figure/types.js").InputValue>, seed: import("../figure/types.js").InputValue, mistakes: string[], conventions?: string[]}} body
 * @returns {string}
 */
export function curlCommand(origin, { program, inputs, seed, mistakes, conventions = [] }) {
  // Omit defaults: people read the command.
  const content = {
    program,
    ...(Object.keys(inputs).length > 0 && { inputs }),
    ...(seed !== 1 && { seed }),
    ...(mistakes.length > 0 && { mistakes }),
    ...(conventions.length > 0 && { conventions }),
  };
  return [
    `curl -s ${origin}/api/v1/graphs \\`,
    "  -H 'content-type: application/json' \\",
    `  -d ${shellWord(JSON.stringify(content))}`,
  ].join("\n");
}
