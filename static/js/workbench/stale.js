/** Panels belong to the graph that is shown: if a program's error leaves none, they are dimmed with the last picture. */

const PANELS = ["stepper", "inputs", "mistakes", "quiz", "inspector"];

/** @param {import("../figure/types.js").App} app */
export function mountStale(app) {
  app.on("problem", (problem) => {
    const stale = Boolean(problem?.line) && problem !== app.graph?.error;
    for (const id of PANELS) {
      const panel = document.getElementById(id);
      panel?.classList.toggle("stale", stale);
      panel?.toggleAttribute("inert", stale);
    }
  });
}
