/** Colours for the levels of a frame, mixed again when the page changes its colours. */

import { POLES, UNKNOWN } from "../../kit/diverging-scale.js";
import { colourOf, onColourChange } from "../../kit/page-colours.js";
import { levelColours } from "./pixels.js";

/**
 * @param {import("../../kit/types.js").AppearanceStore} store
 * @param {() => void} onChange
 */
export function createRunPalette(store, onChange) {
  const mix = () =>
    levelColours({ negative: POLES.negative, positive: POLES.positive, zero: colourOf(document.body, "backgroundColor"), nan: UNKNOWN });
  let colours = mix();
  onColourChange(store, () => {
    colours = mix();
    onChange();
  });
  return {
    get colours() {
      return colours;
    },
  };
}
