/** Translates the page: messages keyed by their English text, and elements that carry them. */

/** @typedef {import("./types.js").Language} Language */
/** @typedef {Record<string, Record<string, string>>} Catalogues language → English text → translation */

/**
 * Mark a text for the catalogues that is translated later, where it is shown.
 * @param {string} text
 */
export const msg = (text) => text;

/**
 * @param {Catalogues} catalogues
 * @param {() => Language} language
 * @returns {import("./types.js").Translate}
 */
export function createTranslator(catalogues, language) {
  return (message, values = {}) => {
    const text = catalogues[language()]?.[message] || message;
    return text.replace(/\{(\w+)\}/g, (hole, name) => (name in values ? String(values[name]) : hole));
  };
}

/**
 * Translate every marked text: `data-t` for content, `data-t-<attribute>` for an attribute.
 * @param {ParentNode} root
 * @param {import("./types.js").Translate} t
 */
export function translateElements(root, t) {
  for (const element of root.querySelectorAll("[data-t]")) {
    element.textContent = t(String(element.getAttribute("data-t")));
  }
  for (const attribute of ["aria-label", "title", "placeholder"]) {
    for (const element of root.querySelectorAll(`[data-t-${attribute}]`)) {
      element.setAttribute(attribute, t(String(element.getAttribute(`data-t-${attribute}`))));
    }
  }
}
