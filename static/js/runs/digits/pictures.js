/** The image that the net receives, and the gradient at its pixels, with one cursor on both. */

import { divergingScale, POLES, scaleOf, UNKNOWN } from "../../kit/diverging-scale.js";
import { make } from "../../kit/element.js";
import { numberText } from "../../kit/number-text.js";
import { createScaleLegend } from "../../kit/scale-legend.js";
import { createCellPicture } from "./cell-picture.js";
import { FIELD } from "./normalize.js";
import { pixelOutline } from "./pixel-outline.js";

/** @typedef {import("./cell-picture.js").Cell} Cell */
/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */

const NOTHING = new Float64Array(FIELD * FIELD);

/** @param {import("../client/types.js").RunSession} session */
export function createDigitPictures({ t, announce }) {
  /** @type {ArrayLike<number>} */
  let pixels = NOTHING;
  /** @type {ArrayLike<number> | null} */
  let gradient = null;
  const legend = createScaleLegend();

  /** @param {"forward" | "backward"} direction */
  function createSide(direction) {
    const picture = createCellPicture({ onCursor: point });
    const readout = make("p", { class: `pixel-readout ${direction}` });
    return { picture, square: make("div", { class: "square" }, picture.element), readout };
  }
  const [seen, back] = [createSide("forward"), createSide("backward")];

  /** @param {Cell | null} cell @param {"pointer" | "keys"} from */
  function point(cell, from) {
    seen.picture.setCursor(cell);
    back.picture.setCursor(cell);
    const at = cell ? cell.row * FIELD + cell.column : -1;
    const ink = cell ? numberText(Number(pixels[at])) : "";
    const change = cell && gradient ? numberText(Number(gradient[at])) : "";
    const place = cell ? { row: cell.row, column: cell.column } : { row: 0, column: 0 };
    seen.readout.textContent = cell ? `x[${place.row}, ${place.column}] = ${ink}` : "";
    back.readout.textContent = change ? `∂x[${place.row}, ${place.column}] = ${change}` : "";
    if (!cell || from !== "keys") return;
    announce(
      change
        ? t("row {row}, column {column}: pixel {ink}, gradient {change}", { ...place, ink, change })
        : t("row {row}, column {column}: pixel {ink}", { ...place, ink }),
    );
  }

  return {
    seen,
    back,
    legend: legend.element,
    /**
     * @param {ArrayLike<number> | null} image 28 × 28
     * @param {ArrayLike<number> | null} returned gradient at each pixel
     * @param {{paper: Rgb, ink: Rgb}} page
     */
    show(image, returned, { paper, ink: full }) {
      pixels = image ?? NOTHING;
      gradient = image && returned;
      const ink = divergingScale({ negative: paper, zero: paper, positive: full, nan: UNKNOWN }, 1);
      seen.picture.show({ rows: FIELD, columns: FIELD, values: pixels, colour: ink });
      const scale = gradient ? scaleOf(Array.from(gradient)) : 0;
      const colour = divergingScale({ negative: POLES.negative, zero: paper, positive: POLES.positive, nan: UNKNOWN }, scale);
      back.picture.show({ rows: FIELD, columns: FIELD, values: gradient ?? NOTHING, colour, outline: image ? pixelOutline(pixels, FIELD, FIELD) : [] });
      legend.show(colour, scale);
      legend.element.classList.toggle("none", !gradient);
      seen.picture.element.setAttribute("aria-label", t("The image as the net receives it, 28 by 28 pixels; arrow keys read pixel by pixel"));
      back.picture.element.setAttribute("aria-label", t("The gradient at each pixel, the largest {max}; arrow keys read pixel by pixel", { max: numberText(scale) }));
    },
  };
}
