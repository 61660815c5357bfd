/** The filter of the test images: mistakes or all, by label and by prediction. */

import { make } from "../../kit/element.js";

/**
 * @typedef {{only: "mistakes" | "all", label: number | null, predicted: number | null}} ImageFilter null for any digit
 */

/**
 * @param {import("../../kit/types.js").Translate} t
 * @param {(next: ImageFilter) => void} onChange
 */
export function createImageFilter(t, onChange) {
  /** @type {ImageFilter} */
  let filter = { only: "mistakes", label: null, predicted: null };
  const only = /** @type {const} */ (["mistakes", "all"]).map((name) => {
    const button = make("button", { type: "button", role: "radio", "data-only": name });
    button.addEventListener("click", () => onChange({ ...filter, only: name }));
    return button;
  });
  const choice = make("div", { class: "choices", role: "radiogroup" }, ...only);
  const digits = /** @type {const} */ (["label", "predicted"]).map((name) => {
    const select = make("select", { id: `tests-${name}` });
    const words = make("label", { for: select.id });
    select.addEventListener("change", () => onChange({ ...filter, [name]: select.value === "" ? null : Number(select.value) }));
    return { name, select, words };
  });
  const element = make("div", { class: "filters" }, choice, ...digits.map(({ words, select }) => make("span", { class: "filter" }, words, select)));

  return {
    element,
    /**
     * @param {ImageFilter} next
     * @param {number} classes
     */
    show(next, classes) {
      filter = next;
      only.forEach((button) => {
        const on = button.dataset.only === filter.only;
        button.setAttribute("aria-checked", String(on));
        button.tabIndex = on ? 0 : -1;
        button.textContent = button.dataset.only === "mistakes" ? t("Mistakes") : t("All images");
      });
      choice.setAttribute("aria-label", t("Which images"));
      for (const { name, select, words } of digits) {
        words.textContent = name === "label" ? t("label") : t("predicted");
        // Unchanged options stay, so that an open list does not close.
        if (select.options.length !== classes + 1 || select.options[0]?.textContent !== t("any")) {
          select.replaceChildren(make("option", { value: "" }, t("any")), ...Array.from({ length: classes }, (_, digit) => make("option", { value: digit }, digit)));
        }
        select.value = String(filter[name] ?? "");
      }
    },
  };
}
