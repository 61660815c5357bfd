/** Page-wide keyboard shortcuts, and the sheet that lists them. */

/**
 * @typedef {object} Shortcut
 * @property {string[]} keys keys as the sheet shows them
 * @property {string} says what it does, in English
 * @property {(event: KeyboardEvent) => boolean} [matches] without it the shortcut is only listed
 * @property {() => void} [run]
 */

/**
 * Return the lower-case character of a key; on a Korean layout the Latin letter of that key.
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
