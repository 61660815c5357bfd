/** The parts around the graph of a run, each in an element of its own: to add one is to add a line. */

/** @type {{host: string, mount: import("./run-types.js").MountPart}[]} `host` is the id of an element of mnist.html */
export const parts = [];
