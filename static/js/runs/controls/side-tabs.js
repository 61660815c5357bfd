/** Tabs at the side of the graph: settings, and the inspector of the selection. */

import { make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {HTMLElement} host place of the tabs
 * @param {HTMLElement} settings
 * @param {HTMLElement} inspector
 */
export function mountRunSide(session, host, settings, inspector) {
  const { store, t } = session;
  const tabs = [
    { panel: settings, words: msg("Settings") },
    { panel: inspector, words: msg("Inspector") },
  ].map(({ panel, words }) => ({
    panel,
    words,
    tab: make("button", { type: "button", role: "tab", id: `tab-${panel.id}`, "aria-controls": panel.id }),
  }));
  host.setAttribute("role", "tablist");
  host.append(...tabs.map(({ tab }) => tab));
  for (const { panel, tab } of tabs) {
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    panel.removeAttribute("aria-label");
  }

  /** @param {HTMLElement} shown */
  function show(shown) {
    for (const { panel, tab } of tabs) {
      const on = panel === shown;
      panel.hidden = !on;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
  }

  function words() {
    host.setAttribute("aria-label", t("Side panel"));
    for (const { tab, words } of tabs) tab.textContent = t(words);
  }

  for (const { panel, tab } of tabs) tab.addEventListener("click", () => show(panel));
  host.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const other = tabs.find(({ panel }) => panel.hidden);
    if (!other) return;
    show(other.panel);
    other.tab.focus();
  });
  store.subscribe(["selected"], ({ selected }) => show(selected === null ? settings : inspector));
  store.subscribe(["lang"], words);
  words();
  show(store.get("selected") === null ? settings : inspector);

  return { isInspecting: () => !inspector.hidden };
}
