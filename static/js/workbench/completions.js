/** Completions of the editor: operations, layers, and the program's own names. No DOM. */

/** @typedef {import("../figure/answers.js").Catalogue} Catalogue */
/** @typedef {import("../kit/types.js").Language} Language */
/** @typedef {{label: string, type: string, detail: string, info: string, apply: string}} Choice */

const NAME = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/**
 * @param {Catalogue} catalogue
 * @param {Language} lang
 * @returns {Choice[]} calls only: infix operations need no name
 */
export function callChoices(catalogue, lang) {
  const ops = catalogue.ops.filter((op) => op.written.startsWith(`${op.name}(`));
  return [...ops, ...catalogue.composites].map((item) => ({
    label: item.name,
    type: "function",
    detail: item.title[lang],
    info: item.rule[lang],
    apply: `${item.name}(`,
  }));
}

/**
 * @param {string} program
 * @param {string} except the word being typed
 * @returns {string[]} assigned names, in order
 */
export function assignedNames(program, except) {
  const names = [...program.matchAll(/^[ \t]*([\p{L}_][\p{L}\p{N}_]*)[ \t]*=(?!=)/gmu)].map((match) => match[1] ?? "");
  return [...new Set(names)].filter((name) => NAME.test(name) && name !== except);
}

/**
 * Tell whether a word is a name of the program already, written whole: Enter after it begins a line and inserts no other word.
 * @param {string} program
 * @param {number} from where the word being typed begins
 * @param {string} word
 */
export function isWholeName(program, from, word) {
  const others = `${program.slice(0, from)} ${program.slice(from + word.length)}`.replaceAll(/#.*/g, "");
  return [...others.matchAll(/(?<![\p{L}\p{N}_])[\p{L}_][\p{L}\p{N}_]*(?![\p{L}\p{N}_]|\s*\()/gu)].some(([name]) => name === word);
}
