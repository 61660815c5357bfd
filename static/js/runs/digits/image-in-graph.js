/** A button that shows the current digit in the page's graph, and keeps it current. */

import { motionDuration } from "../../figure/picture/zoom.js";
import { make } from "../../kit/element.js";

/** @typedef {import("../client/types.js").ShownImage} ShownImage */

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {() => {image: import("./shared-image.js").DigitImage, label: number | null} | null} current the image to
 *   show; `label` is the digit of the loss, null for the predicted one
 */
export function createImageInGraph(session, current) {
  const { t } = session;
  const element = make("button", { type: "button", class: "boxed" });
  let pressed = false;
  /** The image last shown in the graph. @type {ShownImage | null} */
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
    if (!pressed) return session.showImage(null);
    follow();
    document.getElementById("stage")?.scrollIntoView({ block: "start", behavior: motionDuration() ? "smooth" : "auto" });
  });
  session.on("image", (shown) => {
    if (shown !== shownImage) press(false);
  });
  press(false);

  return {
    element,
    /** Show the current image in the graph, unless a stroke is being drawn. */
    follow,
    /** @param {boolean} possible */
    show(possible) {
      element.hidden = !possible;
      element.textContent = t("Show in the graph");
    },
  };
}
