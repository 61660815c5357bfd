/** The mark where a graph ends because the next statement fails: a broken line to a circle with "!". */

import { makeSvg } from "../../kit/element.js";

/** Width of the mark behind the picture, in the picture's units. */
export const FAILING_WIDTH = 110;

/**
 * @param {{x: number, y: number}} centre
 * @param {string} caption text below the circle
 * @param {string} spoken text for a screen reader
 * @param {() => void} onChoose
 */
export function createFailingMark({ x, y }, caption, spoken, onChoose) {
  const mark = makeSvg(
    "g",
    { class: "node failing ends-here", transform: `translate(${x},${y})`, role: "button", tabindex: 0, "aria-label": spoken },
    makeSvg("path", { class: "broken-line", d: `M${-FAILING_WIDTH / 2 + 4} 0H-24` }),
    makeSvg("circle", { class: "shape", r: 22 }),
    makeSvg("text", { class: "symbol middle", y: 6, "data-fits": "16 40 0 0" }, "!"),
    makeSvg("text", { class: "caption", y: 40, "data-fits": "13 26 0 30" }, caption),
  );
  mark.addEventListener("click", (event) => {
    event.stopPropagation();
    onChoose();
  });
  mark.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    onChoose();
  });
  return mark;
}
