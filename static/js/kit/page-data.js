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
