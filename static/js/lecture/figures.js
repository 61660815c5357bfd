/** The special figures of the lecture by kind; each module is loaded where a part needs it. */

/** @typedef {import("./types.js").SpecialFigure} SpecialFigure */

/** @type {Record<string, () => Promise<SpecialFigure>>} */
export const SPECIAL_FIGURES = {
  code: () => import("./figures/code.js"),
  curve: () => import("./figures/curve.js"),
  "deep-run": () => import("./figures/deep-run.js"),
  depth: () => import("./figures/depth.js"),
  epsilon: () => import("./figures/epsilon.js"),
  linked: () => import("./figures/linked.js"),
  "net-table": () => import("./figures/net-table.js"),
  opened: () => import("./figures/opened.js"),
  quiz: () => import("../questions/questions.js"),
  run: () => import("./figures/run.js"),
  simplify: () => import("./figures/simplify.js"),
  slopes: () => import("./figures/slopes.js"),
};
