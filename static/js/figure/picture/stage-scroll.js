/** Says that a graph goes on beyond the side of its frame, and leads there. */

import { icon, make } from "../../kit/element.js";
import { motionDuration } from "./zoom.js";

const BACK = "M12 5l-5 5 5 5";
const ON = "M8 5l5 5-5 5";
/** Of the room, how far a press goes: what was at the one side is then at the other. */
const FAR = 0.7;
/** So much hides no more than a margin. */
const SPARE = 12;

/** What is nearer to the side of the frame is brought to its middle. */
const EDGE = 24;

/**
 * Scrolls the frame sideways until a part of its graph is seen.
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
    tools.hidden = most <= SPARE;
    // Not `disabled`: the focus stays where the hand is.
    back.setAttribute("aria-disabled", String(stage.scrollLeft <= 1));
    on.setAttribute("aria-disabled", String(stage.scrollLeft >= most - 1));
  }
  stage.addEventListener("scroll", show, { passive: true });
  const sizes = new ResizeObserver(show);
  for (const element of [stage, ...stage.children]) sizes.observe(element);
  show();
}
