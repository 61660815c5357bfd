/** The parts around the graph of a run, each mounted in an element of its own. */

import * as check from "./controls/gradcheck.js";
import * as params from "./controls/parameter-file.js";
import * as compare from "./curves/compare.js";
import * as curves from "./curves/curves.js";
import * as tests from "./digits/test-images.js";
import * as digit from "./digits/view.js";

/**
 * @type {{host: string, mount: import("./client/types.js").MountPart}[]} `host` is the id of an element in mnist.html
 */
export const parts = [
  { host: "run-curves", mount: curves.mount },
  { host: "run-compare", mount: compare.mount },
  { host: "run-digit", mount: digit.mount },
  { host: "run-tests", mount: tests.mount },
  { host: "run-check", mount: check.mount },
  { host: "run-params", mount: params.mount },
];
