/** The buttons that bring a graph of a lesson nearer, farther, or back as a whole. */

import { motionDuration } from "../../figure/picture/zoom.js";
import { icon, make } from "../../kit/element.js";

const ICONS = { minus: "M4 10h12", fit: "M7 4H4v3 M13 4h3v3 M16 13v3h-3 M4 13v3h3", plus: "M10 4v12 M4 10h12" };

/**
 * @param {import("../../figure/types.js").Figure["zoom"]} zoom
 * @param {import("../../kit/types.js").Translate} t
 */
export function zoomButtons(zoom, t) {
  const tool = (/** @type {string} */ words, /** @type {string} */ path, /** @type {() => void} */ run) => {
    const button = make("button", { type: "button", "aria-label": words, title: words }, icon(path));
    button.addEventListener("click", run);
    return button;
  };
  return [
    tool(t("Zoom out"), ICONS.minus, () => zoom.by(1 / 1.3)),
    tool(t("Fit the whole graph"), ICONS.fit, () => zoom.fit(motionDuration(), true)),
    tool(t("Zoom in"), ICONS.plus, () => zoom.by(1.3)),
  ];
}
