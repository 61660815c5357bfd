/** What the curves use of uPlot, as one module: static/vendor/uplot.js. */
export { default as uPlot } from "uplot";
