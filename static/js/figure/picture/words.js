/** What a picture says of its parts to a screen reader, read from its text: building its elements would take long. No DOM. */

/** @param {string} text of an attribute */
function unescape(text) {
  const named = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"' });
  return text.replace(/&(?:#(\d+)|(\w+));/g, (all, code, name) => (code ? String.fromCodePoint(Number(code)) : (named[name] ?? all)));
}

/**
 * Return what a picture says of its parts to a screen reader.
 * @param {string} text an SVG document
 * @returns {[id: string, words: string][]}
 */
export const wordsIn = (text) =>
  [...text.matchAll(/<g [^>]*\bdata-id="([^"]*)"[^>]*\baria-label="([^"]*)"/g)].map(([, id = "", words = ""]) => [unescape(id), unescape(words)]);
