/** The settings of the current run: those that change while it trains, and those that need a new net. */

import { createNetSettings } from "./net-settings.js";
import { createSettingRows } from "./setting-rows.js";
import { createTrainingSettings } from "./training-settings.js";

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {HTMLElement} host
 * @param {(options: import("../client/types.js").RunRequest) => Promise<unknown>} replace replaces the current run
 */
export function mountRunSettings(session, host, replace) {
  const rows = createSettingRows(session.t);
  const groups = [createTrainingSettings(session, rows), createNetSettings(session, rows, replace)];
  host.append(...groups.map(({ element }) => element));

  function show() {
    for (const group of groups) {
      group.element.disabled = !session.current.own;
      group.show();
    }
  }

  function translate() {
    rows.translate();
    for (const group of groups) group.translate();
    show();
  }

  let shown = "";
  session.on("status", ({ run, status }) => {
    if (run !== session.current) return;
    const now = JSON.stringify([status.options, status.steps, status.most_speed, status.step > 0]);
    if (now === shown) return;
    shown = now;
    show();
  });
  session.on("current", () => {
    for (const group of groups) group.discard();
    show();
  });
  session.store.subscribe(["lang"], translate);
  translate();
}
