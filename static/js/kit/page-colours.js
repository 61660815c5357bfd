/** The page's computed colours as numbers, for canvases. */

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
 * Call `fn` once new colours of the page have taken effect.
 * @param {import("./types.js").AppearanceStore} store
 * @param {() => void} fn
 */
export function onColourChange(store, fn) {
  const later = () => requestAnimationFrame(fn);
  store.subscribe(["theme"], later);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", later);
}
