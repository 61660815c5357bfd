/** The button that saves the curves as CSV. */

import { download } from "../../kit/download.js";
import { icon, make } from "../../kit/element.js";
import { csvOf } from "./csv.js";

const DOWN = "M10 3v9 M6 8.5l4 4 4-4 M4 16h12";

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {HTMLElement} host
 */
export function mountCurveFile(session, host) {
  const { t } = session;
  const words = make("span");
  const button = make("button", { type: "button", class: "boxed", "data-csv": true }, icon(DOWN), words);
  const problem = make("p", { class: "curve-error", role: "alert" });
  host.append(button, problem);

  async function save() {
    button.disabled = true;
    problem.textContent = "";
    try {
      const runs = await Promise.all(
        session.runs.map(async (run) => ({ name: run.name, options: run.options, table: await run.call("/history.csv") })),
      );
      download(`curves-${session.runs.map(({ id }) => id).join("-")}.csv`, new Blob([csvOf(runs)], { type: "text/csv" }));
      session.announce(t("The curves were saved as CSV."));
    } catch (error) {
      problem.textContent = t("The curves could not be saved: {why}", { why: error instanceof Error ? error.message : String(error) });
    } finally {
      button.disabled = false;
    }
  }

  function say() {
    words.textContent = t("Save as CSV");
    problem.textContent = "";
  }
  button.addEventListener("click", save);
  session.store.subscribe(["lang"], say);
  say();
}
