/** The special figures of the lecture by kind, each a module of its own that is loaded where a part needs it. */

/** @typedef {import("./lesson-types.js").SpecialFigure} SpecialFigure */

/** @type {Record<string, () => Promise<SpecialFigure>>} */
export const SPECIAL_FIGURES = {};
