/** Rows of settings: a label, a control, and its error below. */

import { make } from "../../kit/element.js";
import { failureText, isAbort } from "../../kit/http.js";

/** @typedef {import("../../kit/types.js").Translate} Translate */

/**
 * Show a run's value in a control, unless the person has changed the control.
 * @param {HTMLInputElement | HTMLSelectElement} control
 * @param {string | number} value
 * @param {ReadonlySet<unknown>} edited controls changed by the person
 */
export function fill(control, value, edited) {
  if (!edited.has(control) && control.value !== String(value)) control.value = String(value);
}

/**
 * Return the error of a value, or an empty text.
 * @param {import("./setting-values.js").Read} read
 * @param {Translate} t
 */
export const errorText = (read, t) => ("error" in read ? t(read.error, read.values) : "");

/**
 * Make a call for a setting; a refusal is shown below its control.
 * @param {{showError(words: string): void}} field
 * @param {() => Promise<unknown>} call
 * @param {Translate} t
 * @returns {Promise<boolean>} whether the server accepted it
 */
export async function send(field, call, t) {
  try {
    await call();
    field.showError("");
    return true;
  } catch (error) {
    if (!isAbort(error)) field.showError(failureText(error, t));
    return false;
  }
}

/** @param {Translate} t */
export function createSettingRows(t) {
  /** @type {{element: HTMLElement, words: string}[]} */
  const texts = [];

  /** @param {string} words English text, translated by `translate` */
  function text(words) {
    const element = make("span");
    texts.push({ element, words });
    return element;
  }

  return {
    text,

    /**
     * @param {string} id
     * @param {string} words label, in English
     * @param {HTMLElement} control
     * @param {...HTMLElement} more further elements beside the control
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
        /** @param {string} words empty for no error */
        showError(words) {
          error.hidden = words === "";
          error.textContent = words;
          control.setAttribute("aria-invalid", String(words !== ""));
        },
      };
    },

    /** @param {string} mode type of on-screen keyboard @param {Record<string, string | number>} [more] */
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
