/** The parts of the workbench, in the order in which they are mounted. Each module exports `mount(app)`. */

import * as cellHands from "./cell-hands.js";
import * as exportMenu from "./export-menu.js";
import * as inspector from "./inspector.js";
import * as mistakes from "./mistakes.js";
import * as provenance from "./provenance.js";
import * as quiz from "./quiz.js";
import * as stepper from "./stepper.js";
import * as tableView from "./table-view.js";

/** @type {{mount(app: import("./types.js").App): void}[]} */
export const parts = [stepper, inspector, provenance, cellHands, quiz, mistakes, tableView, exportMenu];
