/** A plot that can be drawn large: a dialog that takes it over until it is closed. */

import { make } from "../../kit/element.js";

/** Width up to which a large plot is higher than wide. */
const NARROW = 500;

/**
 * @param {HTMLElement} place of the plot
 * @param {import("../../kit/types.js").Translate} t
 */
export function createLarge(place, t) {
  const dialog = make("dialog", { class: "push-large" });
  const home = make("div", {}, place);
  const button = make("button", { type: "button", class: "link" });
  button.addEventListener("click", () => {
    dialog.replaceChildren(make("form", { method: "dialog" }, make("button", { class: "boxed" }, t("Close"))), place);
    dialog.showModal();
  });
  // Escape closes the dialog and clears no selection.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("close", () => home.append(place));
  return {
    /** Where the plot stands otherwise. */
    home,
    dialog,
    button,
    /** Return the plot's height divided by its width. @param {number} usual @param {number} width */
    ratio: (usual, width) => (dialog.open && width < NARROW ? 1.1 : usual),
    /** Write the button's words in the page's language. */
    render: () => (button.textContent = t("Draw it large")),
  };
}
