/** One graph twice, closed above and open below, with shared inputs. */

import { make } from "../../kit/element.js";
import { mountInputs } from "../../panels/inputs.js";
import { placeView } from "./view.js";

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t } = lesson;
  const heads = [t("Closed: the layer as one node"), t("Open: every node inside")];
  const [closed, open] = heads.map((title, k) => {
    host.append(make("p", { class: "view-title" }, title));
    return placeView(host, figure, lesson, { open: [] });
  });
  if (!closed || !open) return;
  const inputs = make("section", { class: "inputs", id: `opened-${figure.id}`, "aria-label": t("Inputs") });
  host.append(inputs);
  mountInputs(closed.figure.app, inputs, { amend: (patch) => closed.figure.app.store.set(patch), upstream: false });
  await Promise.all([closed.drawn, open.drawn]);
  const groups = open.figure.app.graph?.groups ?? [];
  const opened = new Promise((resolve) => ["picture", "problem"].forEach((event) => open.figure.app.on(/** @type {"picture"} */ (event), resolve)));
  open.figure.app.store.set({ open: figure.open.length ? figure.open : groups.map(({ id }) => id) });
  await opened;
  for (const [from, to] of [[closed, open], [open, closed]]) {
    from?.figure.app.store.subscribe(["inputs"], ({ inputs: given }) => to?.figure.app.store.set({ inputs: given }));
  }
}
