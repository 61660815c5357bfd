/** The parts of the workbench, in the order in which they are mounted. Each module exports `mount(app)`. */

/** @type {{mount(app: import("./types.js").App): void}[]} */
export const parts = [];
