/** A part of the lecture as a handout: draws every figure as it is seen best on paper, then prints. */

import { spreadOnPaper } from "../figure/picture/print.js";

/** @typedef {import("../figure/types.js").Figure} Figure */

/**
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {Iterable<Figure>} figures all graphs on the page, also those in special figures
 * @returns {() => Promise<void>} prints once every figure is drawn
 */
export function mountHandout(places, figures) {
  spreadOnPaper(() => figures);

  const replace = () => Promise.all([...figures].map((figure) => figure.replace()));

  async function print() {
    await places.placeAll();
    /** What figures still prepare for the paper. @type {Promise<unknown>[]} */
    const prepared = [];
    for (const figure of document.querySelectorAll(".block.figure")) figure.dispatchEvent(new CustomEvent("handout", { detail: prepared }));
    await Promise.allSettled(prepared);
    document.documentElement.classList.add("on-paper");
    await replace();
    window.print();
  }
  window.addEventListener("afterprint", () => {
    if (!document.documentElement.classList.contains("on-paper")) return;
    document.documentElement.classList.remove("on-paper");
    replace();
  });
  document.getElementById("print-button")?.addEventListener("click", print);
  return print;
}
