/** Builds elements, and updates an element in place to match a newly built one. */

/** @typedef {string | number | boolean | null | undefined} Attribute */
/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * Create an element. Text children become text nodes, so typed text is never read as markup.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, Attribute>} [attributes] false, null and undefined omit the attribute; true writes it empty
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  setAttributes(element, attributes);
  element.append(...present(children));
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, Attribute>} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {SVGElement}
 */
export function makeSvg(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  setAttributes(element, attributes);
  element.append(...present(children));
  return element;
}

/**
 * Set what a text of the server has in backquotes, names and code, as code.
 * @param {string} text
 * @returns {Child[]}
 */
export const withCode = (text) => text.split("`").map((part, k) => (k % 2 ? make("code", {}, part) : part));

/** Numbers of a sentence, and names of a program with their dots. */
const TOKEN = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*|−?\d[\d,]*(?:\.\d+)?(?:e[−-]?\d+)?/gu;

/**
 * Find the numbers and these names in a sentence.
 * @param {string} text
 * @param {ReadonlySet<string>} names
 * @returns {{text: string, at: number}[]}
 */
export const tokensOf = (text, names) =>
  [...text.matchAll(TOKEN)].flatMap(({ 0: found, index }) => (/^[\p{L}_]/u.test(found) && !names.has(found) ? [] : [{ text: found, at: index }]));

/**
 * Split a sentence, so that its numbers and these names can be pointed at.
 * @param {string} text
 * @param {ReadonlySet<string>} names
 * @returns {Child[]}
 */
export function pointable(text, names) {
  /** @type {Child[]} */
  const parts = [];
  let end = 0;
  for (const { text: found, at } of tokensOf(text, names)) {
    parts.push(text.slice(end, at), make("span", { class: "token" }, found));
    end = at + found.length;
  }
  return [...parts, text.slice(end)];
}

/**
 * Create an icon on a 20 × 20 grid.
 * @param {string} path
 */
export const icon = (path) =>
  makeSvg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, makeSvg("path", { d: path }));

/**
 * @param {Element} element
 * @param {Record<string, Attribute>} attributes
 */
function setAttributes(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {(Child | Child[])[]} children
 * @returns {(Node | string)[]}
 */
function present(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Update `current` in place to match `fresh`. Equal parts stay the same elements: focus, hover and open `<details>`
 * survive. Children match by position and `data-key`; elements with `data-live` are left alone.
 * @param {Element} current
 * @param {Element} fresh
 */
export function morph(current, fresh) {
  if (current.hasAttribute("data-live") && fresh.hasAttribute("data-live")) return;
  for (const { name } of [...current.attributes]) {
    if (!fresh.hasAttribute(name) && !(name === "open" && current instanceof HTMLDetailsElement)) {
      current.removeAttribute(name);
    }
  }
  for (const { name, value } of fresh.attributes) {
    if (current.getAttribute(name) !== value) current.setAttribute(name, value);
  }
  const wanted = [...fresh.childNodes];
  const present = [...current.childNodes];
  wanted.forEach((child, i) => {
    const old = present[i];
    if (!old) current.append(child);
    else if (!alike(old, child)) current.replaceChild(child, old);
    else if (old instanceof Element) morph(old, /** @type {Element} */ (child));
    else if (old.nodeValue !== child.nodeValue) old.nodeValue = child.nodeValue;
  });
  for (const old of present.slice(wanted.length)) old.remove();
}

/**
 * Change an element's children into one other; the element itself stays as it is.
 * @param {Element} place
 * @param {Element} content
 */
export function morphContent(place, content) {
  const fresh = /** @type {Element} */ (place.cloneNode(false));
  fresh.append(content);
  morph(place, fresh);
}

/**
 * @param {Node} a
 * @param {Node} b
 */
function alike(a, b) {
  if (a.nodeName !== b.nodeName) return false;
  return !(a instanceof Element && b instanceof Element) || a.getAttribute("data-key") === b.getAttribute("data-key");
}
