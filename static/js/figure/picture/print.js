/** Shows whole pictures on paper instead of their zoomed and moved views. */

import { overhang } from "./letters.js";
import { fitTransform } from "./zoom-geometry.js";

/** @typedef {import("../types.js").Figure} Figure */

/**
 * Room of a picture on a page of A4, between its margins and at most 130 mm high (static/css/handout.css), in pixels,
 * with the smallest letter that can be read there: 7 points.
 */
export const PAPER = { width: 642, height: 491, letter: 9.34 };

/**
 * Return the scale of a picture on paper, and by how much its names reach beyond its sides.
 * @param {{width: number, height: number}} size
 * @param {string | null} told what the picture says of its names
 */
export function onPaper({ width, height }, told) {
  let [k, left, right] = [1, 0, 0];
  // The smaller the picture, the larger its names.
  for (let look = 0; look < 3; look += 1) {
    ({ k } = fitTransform({ width: width + left + right, height }, PAPER, { margin: 0, largest: 1 }));
    const letter = PAPER.letter / k;
    const beyond = told ? overhang(told, letter) : { left: 0, right: 0 };
    [left, right] = [beyond.left * letter, beyond.right * letter];
  }
  return { k, left, right };
}

/** Lay out a graph as a whole picture. @param {Figure} figure */
function spread({ picture, letters, zoom }) {
  const { svg, viewport, size } = picture;
  if (!svg || !viewport) return;
  const { k, left, right } = onPaper(size, svg.getAttribute("data-overhang"));
  zoom.print(true);
  svg.classList.remove("large");
  svg.style.transform = "";
  svg.setAttribute("viewBox", `${-left} 0 ${size.width + left + right} ${size.height}`);
  svg.setAttribute("width", String(size.width + left + right));
  svg.setAttribute("height", String(size.height));
  viewport.removeAttribute("transform");
  letters.update({ x: 0, y: 0, k }, PAPER.letter);
}

/** Restore a graph's view. @param {Figure} figure */
function takeBack({ picture, zoom }) {
  for (const attribute of ["viewBox", "width", "height"]) picture.svg?.removeAttribute(attribute);
  zoom.print(false);
  zoom.attach();
}

/** Show these graphs as whole pictures while the page is printed. @param {() => Iterable<Figure>} figures */
export function spreadOnPaper(figures) {
  window.addEventListener("beforeprint", () => {
    for (const figure of figures()) spread(figure);
  });
  window.addEventListener("afterprint", () => {
    for (const figure of figures()) takeBack(figure);
  });
}
