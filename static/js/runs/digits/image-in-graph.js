/** A button that shows the digit's image in the page's graph, and keeps it there while it is drawn on. */

import { make } from "../../kit/element.js";

/** @typedef {import("../client/types.js").ShownImage} ShownImage */

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {() => {image: import("./shared-image.js").DigitImage, label: number | null} | null} current what to show; `label`
 *   is the digit that the loss is taken for, null for the one predicted
 */
export function createImageInGraph(session, current) {
  const { t } = session;
  const element = make("button", { type: "button", class: "boxed" });
  let pressed = false;
  /** What the graph was shownImage last. @type {ShownImage | null} */
  let shownImage = null;

  function follow() {
    const shown = current();
    if (!pressed || !shown?.image.settled) return;
    const { image, label } = shown;
    shownImage = image.test ? { test: image.test.index } : { pixels: image.pixels, ...(label !== null && { label }) };
    session.showImage(shownImage);
  }

  /** @param {boolean} next */
  function press(next) {
    pressed = next;
    element.setAttribute("aria-pressed", String(pressed));
  }

  element.addEventListener("click", () => {
    press(!pressed);
    if (pressed) follow();
    else session.showImage(null);
  });
  session.on("image", (shown) => {
    if (shown !== shownImage) press(false);
  });
  press(false);

  return {
    element,
    /** Another image, or another digit: the graph shows that, once its stroke has ended. */
    follow,
    /** @param {boolean} possible */
    show(possible) {
      element.hidden = !possible;
      element.textContent = t("Show in the graph");
    },
  };
}
