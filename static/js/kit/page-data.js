/** What a page's script finds in its document: elements that must be there, and the data that the server put in. */

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
