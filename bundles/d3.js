/** What the picture's view uses of d3, as one module: static/vendor/d3.js. */
import "d3-transition"; // gives selections their .transition()

export { select } from "d3-selection";
export { zoom, zoomIdentity } from "d3-zoom";
