/** The special figures of the lecture by kind. Each is a few kB: a bundle of all comes sooner than one more request. */

import * as detective from "../detective/detective.js";
import * as quiz from "../questions/questions.js";
import * as code from "./figures/code.js";
import * as curve from "./figures/curve.js";
import * as deepRun from "./figures/deep-run.js";
import * as depth from "./figures/depth.js";
import * as epsilon from "./figures/epsilon.js";
import * as linked from "./figures/linked.js";
import * as netTable from "./figures/net-table.js";
import * as opened from "./figures/opened.js";
import * as order from "./figures/order.js";
import * as race from "./figures/race.js";
import * as run from "./figures/run.js";
import * as simplify from "./figures/simplify.js";
import * as slopes from "./figures/slopes.js";

/** @type {Record<string, import("./types.js").SpecialFigure>} */
export const SPECIAL_FIGURES = {
  code,
  curve,
  "deep-run": deepRun,
  depth,
  detective,
  epsilon,
  linked,
  "net-table": netTable,
  opened,
  order,
  quiz,
  race,
  run,
  simplify,
  slopes,
};
