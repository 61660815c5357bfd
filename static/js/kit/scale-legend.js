/** Legend of a heat map: the colour ramp between the numbers at its ends. */

import { make } from "./element.js";
import { cellText } from "./number-text.js";

/** @typedef {import("./diverging-scale.js").Rgb} Rgb */

export function createScaleLegend() {
  const ramp = make("canvas", { class: "ramp", width: 129, height: 1, "aria-hidden": "true" });
  const [low, high] = [make("span"), make("span")];
  const element = make("div", { class: "legend" }, low, ramp, high);
  return {
    element,
    /**
     * @param {(value: number) => Rgb} colour
     * @param {number} scale absolute value at full colour
     */
    show(colour, scale) {
      const context = ramp.getContext("2d");
      for (let k = 0; context && k < ramp.width; k += 1) {
        const [r, g, b] = colour((k / (ramp.width - 1) - 0.5) * 2 * (scale || 1));
        context.fillStyle = `rgb(${r} ${g} ${b})`;
        context.fillRect(k, 0, 1, 1);
      }
      // Both ends have the same digits.
      low.textContent = scale > 0 ? `\u2212${cellText(scale)}` : "0";
      high.textContent = cellText(scale);
    },
  };
}
