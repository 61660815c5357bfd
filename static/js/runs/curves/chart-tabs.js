/** Tabs that choose one chart where there is no room for all. */

import { make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { TITLES } from "./chart-card.js";

/** @typedef {import("./lines.js").Quantity} Quantity */

/** Titles short enough for a tab. @type {Partial<Record<Quantity, string>>} */
const SHORT_TITLES = { gradients: msg("Gradients"), dead: msg("Dead units") };

/**
 * @param {import("../../kit/types.js").Translate} t
 * @param {readonly Quantity[]} quantities
 * @param {() => void} onChange
 */
export function createChartTabs(t, quantities, onChange) {
  /** @type {Quantity} */
  let chosen = "loss";
  const buttons = new Map(quantities.map((quantity) => [quantity, make("button", { type: "button", role: "tab", id: `curve-tab-${quantity}`, "aria-controls": `curve-${quantity}` })]));
  const element = make("div", { class: "choices curve-tabs", role: "tablist" }, [...buttons.values()]);

  /** @param {Quantity} quantity */
  function choose(quantity) {
    chosen = quantity;
    onChange();
  }

  element.addEventListener("click", ({ target }) => {
    for (const [quantity, button] of buttons) if (target instanceof Node && button.contains(target)) choose(quantity);
  });
  element.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    choose(/** @type {Quantity} */ (quantities[(quantities.indexOf(chosen) + by + quantities.length) % quantities.length]));
    buttons.get(chosen)?.focus();
  });

  return {
    element,
    get chosen() {
      return chosen;
    },
    /** Mark the chosen tab. @param {boolean} needed whether there are tabs at all */
    show(needed) {
      element.hidden = !needed;
      for (const [quantity, button] of buttons) {
        button.setAttribute("aria-selected", String(quantity === chosen));
        button.tabIndex = quantity === chosen ? 0 : -1;
      }
    },
    translate() {
      element.setAttribute("aria-label", t("Curves"));
      for (const [quantity, button] of buttons) button.textContent = t(SHORT_TITLES[quantity] ?? TITLES[quantity]);
    },
  };
}
