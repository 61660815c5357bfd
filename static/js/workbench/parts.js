/** The parts of the workbench in mounting order. Each module exports `mount(app)`. */

import * as cellHands from "../figure/cell-interaction.js";
import * as exportMenu from "../panels/export-menu.js";
import * as pointing from "../panels/formula-pointing.js";
import * as inspector from "../panels/inspector.js";
import * as mistakes from "../panels/mistakes.js";
import * as provenance from "../panels/provenance.js";
import * as stepper from "../panels/stepper/stepper.js";
import * as tableView from "../panels/table.js";
import * as predict from "../panels/why/predict.js";
import * as push from "../panels/why/push.js";
import * as second from "../panels/why/second.js";
import * as trace from "../panels/why/trace.js";
import * as quiz from "../quiz/quiz.js";

/** @type {{mount(app: import("../figure/types.js").App): void}[]} */
export const parts = [stepper, inspector, provenance, cellHands, quiz, mistakes, tableView, exportMenu, trace, push, predict, second, pointing];
