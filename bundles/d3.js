/** The parts of d3 that the picture's view uses, as one module: static/vendor/d3.js. */
export * from "d3-selection";
export * from "d3-transition";
export * from "d3-zoom";
