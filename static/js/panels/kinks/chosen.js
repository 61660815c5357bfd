/** The conventions in effect in place of the usual ones, each with a button that takes it back. */

import { make } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { kinkOf } from "./choice.js";

/** @typedef {import("../../figure/answers.js").KinkItem} KinkItem */

/** @param {import("../../figure/types.js").App} app */
export function createChosenConventions(app) {
  const { store, t } = app;
  const element = make("div", { class: "chosen-conventions", hidden: true });
  /** @type {Map<string, KinkItem>} */
  const items = new Map();

  /** @param {string} convention */
  function wordsOf(convention) {
    const item = items.get(kinkOf(convention));
    const choice = item?.choices.find(({ name }) => name === convention);
    const lang = store.get("lang");
    return item && choice ? `${item.title[lang]} → ${choice.title[lang]}` : convention;
  }

  function show() {
    const conventions = store.get("conventions");
    element.hidden = conventions.length === 0;
    element.replaceChildren(
      make("h3", {}, t("Conventions at kinks")),
      ...conventions.map((convention) => {
        const words = wordsOf(convention);
        const back = make("button", { type: "button", class: "input-reset", title: t("Back to the usual one"), "aria-label": t("Back to the usual one: {name}", { name: words }) }, "↺");
        back.addEventListener("click", () => app.edit({ conventions: store.get("conventions").filter((name) => name !== convention) }));
        return make("p", {}, make("span", {}, words), back);
      }),
    );
    // Before the graph is known, a link may name conventions that there are none of.
    if (!app.graph) return;
    for (const convention of conventions) {
      const id = kinkOf(convention);
      if (items.has(id)) continue;
      app.api.kink(id).then((item) => {
        items.set(id, item);
        show();
      }, ignoreFailedCall);
    }
  }

  store.subscribe(["conventions", "lang"], show);
  app.on("graph", show);
  show();
  return element;
}
