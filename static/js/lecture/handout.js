/** A part of the lecture as a handout: every figure drawn, then printed. */

import { spreadOnPaper } from "../figure/picture/print.js";

/**
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {Iterable<import("../figure/types.js").Figure>} figures all graphs on the page, those in special figures too
 * @returns {() => Promise<void>} prints, when every figure has been drawn
 */
export function mountHandout(places, figures) {
  spreadOnPaper(() => figures);

  async function print() {
    await places.placeAll();
    window.print();
  }
  document.getElementById("print-button")?.addEventListener("click", print);
  return print;
}
