/** The colours of levels on the page's paper: made again when the page takes other colours. */

import { POLES, UNKNOWN } from "../../kit/diverging-scale.js";
import { levelColours } from "./pixels.js";

/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */

/** @returns {Rgb} */
function paper() {
  const numbers = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? [];
  return /** @type {Rgb} */ ([0, 1, 2].map((k) => Number(numbers[k] ?? 255)));
}

/**
 * @param {import("../../figure/types.js").Store} store
 * @param {() => void} onChange
 */
export function createRunPalette(store, onChange) {
  const make = () => levelColours({ negative: POLES.negative, positive: POLES.positive, zero: paper(), nan: UNKNOWN });
  let colours = make();
  function renew() {
    colours = make();
    onChange();
  }
  store.subscribe(["theme"], renew);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", renew);
  return {
    get colours() {
      return colours;
    },
  };
}
