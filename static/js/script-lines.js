/** A script of the book's layers, line by line: what each line makes on the graph. No DOM. */

/**
 * @typedef {object} ScriptLine
 * @property {string} text
 * @property {"input" | "forward" | "backward" | "print" | "plain"} kind
 * @property {string[]} makes names whose value or gradient the line brings
 * @property {string[]} reads names that it is made from
 */

/**
 * The script from its inputs on, with the layers imported instead of written out.
 * @param {string} python what the server exports as the book's script
 * @returns {ScriptLine[]}
 */
export function scriptLines(python) {
  // The classes stand before it, indented; the first assignment of a number is the first input.
  const all = python.split("\n");
  const first = all.findIndex((text) => /^\w+ = np\.float64\(/.test(text));
  const body = all.slice(all[first - 1]?.startsWith("#") ? first - 1 : first).join("\n");
  const plain = body.replace(/np\.float64\(([^()]*)\)/g, "$1").trimEnd().split("\n");
  return [line("from core.layers import AddLayer, MulLayer"), line(""), ...plain.map(line)];
}

/** @param {string} text @returns {ScriptLine} */
function line(text) {
  const code = (text.split("  #")[0] ?? "").trim();
  const [, made = "", layerCall] = /^([\w, ]+?) = (.*)$/.exec(code) ?? [];
  const makes = made ? made.split(",").map((name) => name.trim()) : [];
  const [, pass, given = ""] = /\.(forward|backward)\(([^)]*)\)/.exec(layerCall ?? "") ?? [];
  const reads = given ? given.split(",").map((name) => name.trim()) : [];
  if (pass === "forward") return { text, kind: "forward", makes, reads };
  if (pass === "backward") return { text, kind: "backward", makes: makes.map(base), reads: reads.map(base) };
  const [, printed] = /^print\(.*, (\w+)\)$/.exec(code) ?? [];
  if (printed) return { text, kind: "print", makes: [], reads: [printed] };
  if (makes.length === 1 && /^-?[\d.e]+$/.test(layerCall ?? "")) {
    const name = makes[0] ?? "";
    // `dprice = 1` begins the way back; its like among the inputs would have no `d`.
    return { text, kind: name.startsWith("d") ? "backward" : "input", makes: [name.startsWith("d") ? base(name) : name], reads: [] };
  }
  return { text, kind: "plain", makes: [], reads: [] };
}

/** `dapple` is the gradient of `apple`. @param {string} name */
const base = (name) => name.replace(/^d/, "");
