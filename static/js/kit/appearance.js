/** Theme and language of the page: controls, attributes of the document, cookies. */

import { translateElements } from "./i18n.js";
import { ROOT } from "./root.js";

/** @typedef {import("./types.js").Theme} Theme */

/**
 * Store a choice in a cookie, so that the server answers in that language and theme.
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  document.cookie = `${name}=${value}; Path=${ROOT || "/"}; Max-Age=31536000; SameSite=Lax`;
}

/**
 * @param {{store: import("./types.js").AppearanceStore, t: import("./types.js").Translate}} page
 * @param {string} title English title of the document
 */
export function mountAppearance({ store, t }, title) {
  const root = document.documentElement;
  const menu = /** @type {HTMLElement} */ (document.getElementById("themes"));
  const choices = /** @type {HTMLButtonElement[]} */ ([...menu.querySelectorAll("[data-theme-choice]")]);
  const languageButton = /** @type {HTMLElement} */ (document.getElementById("language-button"));

  function showTheme() {
    const theme = store.get("theme");
    if (theme === "system") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", theme);
    for (const choice of choices) {
      const chosen = choice.dataset.themeChoice === theme;
      choice.setAttribute("aria-checked", String(chosen));
      choice.tabIndex = chosen ? 0 : -1;
    }
  }

  function showLanguage() {
    const lang = store.get("lang");
    root.lang = lang;
    languageButton.lang = lang === "ko" ? "en" : "ko";
    languageButton.textContent = lang === "ko" ? "English" : "한국어";
    document.title = t(title);
    translateElements(document, t);
  }

  for (const choice of choices) {
    choice.addEventListener("click", () => {
      const theme = /** @type {Theme} */ (choice.dataset.themeChoice);
      store.set({ theme });
      remember("theme", theme);
    });
  }
  languageButton.addEventListener("click", () => {
    const lang = store.get("lang") === "ko" ? "en" : "ko";
    store.set({ lang });
    remember("lang", lang);
  });
  store.subscribe(["theme"], showTheme);
  store.subscribe(["lang"], showLanguage);
  showTheme();
  showLanguage();
}

/**
 * Let arrow keys move the choice in every radio group of buttons.
 * @param {Document} root
 */
export function installRadioKeys(root) {
  root.addEventListener("keydown", (event) => {
    const radio = /** @type {HTMLElement} */ (event.target).closest?.('[role="radio"]');
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const group = radio?.closest('[role="radiogroup"]');
    if (!radio || !step || !group) return;
    event.preventDefault();
    const radios = /** @type {HTMLElement[]} */ ([...group.querySelectorAll('[role="radio"]')]);
    const next = radios[(radios.indexOf(/** @type {HTMLElement} */ (radio)) + step + radios.length) % radios.length];
    next?.focus();
    next?.click();
  });
}
