/** The page's colours as numbers, for what is drawn on a canvas. */

/** @typedef {import("./diverging-scale.js").Rgb} Rgb */

/**
 * @param {Element} element
 * @param {"color" | "backgroundColor"} property
 * @returns {Rgb}
 */
export function colourOf(element, property) {
  const [r = 255, g = 255, b = 255] = (getComputedStyle(element)[property].match(/[\d.]+/g) ?? []).map(Number);
  return [r, g, b];
}

/**
 * Calls when the page may have taken other colours: once their styles hold.
 * @param {import("./types.js").AppearanceStore} store
 * @param {() => void} fn
 */
export function onColourChange(store, fn) {
  const later = () => requestAnimationFrame(fn);
  store.subscribe(["theme"], later);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
}
