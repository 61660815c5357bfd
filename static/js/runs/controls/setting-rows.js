/** Rows of settings: a name, what it is set with, and beneath it what is wrong with that. */

import { make } from "../../kit/element.js";

/** @param {import("../../kit/types.js").Translate} t */
export function createSettingRows(t) {
  /** @type {{element: HTMLElement, words: string}[]} */
  const texts = [];

  /** @param {string} words English text; it follows the page's language by `translate` */
  function text(words) {
    const element = make("span");
    texts.push({ element, words });
    return element;
  }

  return {
    text,

    /**
     * @param {string} id
     * @param {string} words its name
     * @param {HTMLElement} control
     * @param {...HTMLElement} more beside it
     */
    field(id, words, control, ...more) {
      control.id = `setting-${id}`;
      const error = make("p", { class: "setting-error", id: `setting-${id}-error`, role: "alert" });
      error.hidden = true;
      control.setAttribute("aria-describedby", error.id);
      const row = make(
        "div",
        { class: "setting" },
        make("label", { for: control.id }, text(words)),
        make("div", { class: "setting-row" }, control, ...more),
        error,
      );
      return {
        row,
        /** @param {string} wrong empty where nothing is */
        tell(wrong) {
          error.hidden = wrong === "";
          error.textContent = wrong;
          control.setAttribute("aria-invalid", String(wrong !== ""));
        },
      };
    },

    /** @param {string} mode the keyboard that a phone shows @param {Record<string, string | number>} [more] */
    typed: (mode, more = {}) =>
      /** @type {HTMLInputElement} */ (make("input", { type: "text", inputmode: mode, autocomplete: "off", spellcheck: "false", ...more })),

    /** @param {[string, string][]} choices value and English text */
    select: (choices) =>
      make(
        "select",
        {},
        choices.map(([value, words]) => {
          const option = make("option", { value }, words);
          texts.push({ element: option, words });
          return option;
        }),
      ),

    translate() {
      for (const { element, words } of texts) element.textContent = t(words);
    },
  };
}
