/** A part of the lecture as a handout: draws every figure, then prints. */

import { spreadOnPaper } from "../figure/picture/print.js";

/**
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {Iterable<import("../figure/types.js").Figure>} figures all graphs on the page, also those in special figures
 * @returns {() => Promise<void>} prints once every figure is drawn
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
