/** Keys that work anywhere on the page, and the sheet that lists all keys. */

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys what the sheet shows
 * @property {string} says English text of what it does
 * @property {(event: KeyboardEvent) => boolean} [matches] without it the key is only listed here
 * @property {() => void} [run]
 */

/**
 * The character of a key, small; with a Korean keyboard the Latin letter on the same key.
 * @param {{key: string, code: string}} event
 */
export function letterOf({ key, code }) {
  if (/^[\u3131-\u318e]$/.test(key) && code.startsWith("Key")) return code.slice(3).toLowerCase();
  return key.length === 1 ? key.toLowerCase() : key;
}

/** @param {EventTarget | null} target */
const isTyping = (target) =>
  target instanceof HTMLElement &&
  (target.isContentEditable || target.matches('input:not([type="range"], [type="checkbox"], [type="button"]), textarea, select'));

/**
 * @param {{t: import("./types.js").Translate}} page
 * @param {Shortcut[]} shortcuts
 */
export function mountShortcuts({ t }, shortcuts) {
  const sheet = /** @type {HTMLDialogElement} */ (document.getElementById("shortcuts"));
  const list = /** @type {HTMLElement} */ (document.getElementById("shortcut-list"));

  function show() {
    list.replaceChildren(
      ...shortcuts.map(({ keys, says }) => {
        const row = document.createElement("div");
        const term = document.createElement("dt");
        for (const key of keys) {
          const cap = document.createElement("kbd");
          cap.textContent = key;
          term.append(cap, " ");
        }
        const text = document.createElement("dd");
        text.textContent = t(says);
        row.append(term, text);
        return row;
      }),
    );
    sheet.showModal();
  }

  document.getElementById("help-button")?.addEventListener("click", show);
  sheet.addEventListener("click", (event) => event.target === sheet && sheet.close());
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || sheet.open) return;
    const command = event.ctrlKey || event.metaKey;
    if (isTyping(event.target) && !command) return;
    if (event.key === "?" && !command) {
      event.preventDefault();
      show();
      return;
    }
    const shortcut = shortcuts.find((item) => item.matches?.(event));
    if (!shortcut?.run) return;
    event.preventDefault();
    shortcut.run();
  });
}
