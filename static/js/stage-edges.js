/** Says that a graph goes on beyond the side of its frame, and leads there. */

import { icon, make } from "./element.js";
import { motionDuration } from "./zoom.js";

const BACK = "M12 5l-5 5 5 5";
const ON = "M8 5l5 5-5 5";
/** Of the room, how far a press goes: what was at the one side is then at the other. */
const FAR = 0.7;

/**
 * @param {HTMLElement} stage the frame that scrolls sideways
 * @param {import("./types.js").App["t"]} t
 */
export function mountStageEdges(stage, t) {
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
    tools.hidden = most <= 1;
    // Not `disabled`: the focus stays where the hand is.
    back.setAttribute("aria-disabled", String(stage.scrollLeft <= 1));
    on.setAttribute("aria-disabled", String(stage.scrollLeft >= most - 1));
  }
  stage.addEventListener("scroll", show, { passive: true });
  const sizes = new ResizeObserver(show);
  for (const element of [stage, ...stage.children]) sizes.observe(element);
  show();
}
