/** Reads what every page must have: its elements by id, and the data that the server embedded. */

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}

/** @param {string} id */
export const readData = (id) => JSON.parse(byId(id).textContent ?? "null");

/** Return the hash of the lists of ops and examples: with it in their addresses, a browser asks for each once. */
export const catalogueTag = () => document.querySelector('meta[name="catalogue"]')?.getAttribute("content") ?? "";
