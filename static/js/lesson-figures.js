/** The special figures of the lecture by kind, each a module of its own that is loaded where a part needs it. */

/** @typedef {import("./lesson-types.js").SpecialFigure} SpecialFigure */

/** @type {Record<string, () => Promise<SpecialFigure>>} */
export const SPECIAL_FIGURES = {
  code: () => import("./figure-code.js"),
  curve: () => import("./figure-curve.js"),
  "deep-run": () => import("./figure-deep-run.js"),
  depth: () => import("./figure-depth.js"),
  epsilon: () => import("./figure-epsilon.js"),
  linked: () => import("./figure-linked.js"),
  "net-table": () => import("./figure-net-table.js"),
  opened: () => import("./figure-opened.js"),
  quiz: () => import("./questions.js"),
  run: () => import("./figure-run.js"),
  simplify: () => import("./figure-simplify.js"),
  slopes: () => import("./figure-slopes.js"),
};
