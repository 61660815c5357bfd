/** Sideways scrolling of a wide graph: buttons, and scrolling a given element into view. */

import { icon, make } from "../../kit/element.js";
import { motionDuration } from "./zoom.js";

const BACK = "M12 5l-5 5 5 5";
const ON = "M8 5l5 5-5 5";
/** Share of the visible width that one press scrolls. */
const FAR = 0.7;
/** Overflow up to which only margin is hidden, in pixels. */
const SPARE = 12;

/** Distance from the frame's sides within which an element is moved to the middle. */
const EDGE = 24;

/**
 * Scroll the frame sideways until an element is visible.
 * @param {HTMLElement} stage
 * @param {Element | null | undefined} about
 * @param {boolean} [atOnce]
 */
export function bringIntoStage(stage, about, atOnce = false) {
  if (!about || stage.scrollWidth <= stage.clientWidth) return;
  const [box, room] = [about.getBoundingClientRect(), stage.getBoundingClientRect()];
  if (box.left >= room.left + EDGE && box.right <= room.right - EDGE) return;
  stage.scrollBy({ left: (box.left + box.right) / 2 - (room.left + room.right) / 2, behavior: !atOnce && motionDuration() ? "smooth" : "auto" });
}

/**
 * @param {HTMLElement} stage the frame that scrolls sideways
 * @param {import("../../kit/types.js").Translate} t
 */
export function mountStageScroll(stage, t) {
  const button = (/** @type {string} */ words, /** @type {string} */ path, /** @type {number} */ way) => {
    const made = make("button", { type: "button", "aria-label": words, title: words }, icon(path));
    made.addEventListener("click", () => stage.scrollBy({ left: way * stage.clientWidth * FAR, behavior: motionDuration() ? "smooth" : "auto" }));
    return made;
  };
  const back = button(t("Further left"), BACK, -1);
  const on = button(t("Further right"), ON, 1);
  const tools = make("div", { class: "stage-tools", hidden: true }, back, on);
  stage.after(make("div", { class: "stage-edges" }, tools));

  function show() {
    const most = stage.scrollWidth - stage.clientWidth;
    tools.hidden = most <= SPARE;
    // Not `disabled`: that would lose the focus.
    back.setAttribute("aria-disabled", String(stage.scrollLeft <= 1));
    on.setAttribute("aria-disabled", String(stage.scrollLeft >= most - 1));
    stage.classList.toggle("more-left", most > SPARE && stage.scrollLeft > 1);
    stage.classList.toggle("more-right", most > SPARE && stage.scrollLeft < most - 1);
  }
  stage.addEventListener("scroll", show, { passive: true });
  const sizes = new ResizeObserver(show);
  for (const element of [stage, ...stage.children]) sizes.observe(element);
  show();
}
