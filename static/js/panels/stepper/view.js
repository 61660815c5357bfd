/** Elements of the stepper: buttons, scrubber, speed, and the words of the step. */

import { icon, make, makeSvg, pointable } from "../../kit/element.js";
import { formulaLine } from "../../kit/formula.js";
import { SPEEDS } from "./clock.js";

/** @typedef {import("../../kit/types.js").Translate} Translate */

/**
 * @typedef {object} Shown
 * @property {number | null} step
 * @property {number} count
 * @property {number} turn index of the first backward step
 * @property {import("../../figure/answers.js").Step | undefined} active
 * @property {boolean} playing
 * @property {number} speed
 * @property {ReadonlySet<string>} names those of the graph's nodes
 * @property {boolean} silent whether the step's numbers are to be found out, and so not told
 */

const ICONS = {
  first: "M5 5v10 M15 5l-7 5 7 5z",
  previous: "M13 5l-7 5 7 5z",
  play: "M6.5 4.5l9 5.5-9 5.5z",
  pause: "M7 5v10 M13 5v10",
  next: "M7 5l7 5-7 5z",
  end: "M5 5l10 10 M15 5 5 15",
  last: "M15 5v10 M5 5l7 5-7 5z",
};

/** @param {string} label @param {string} path @param {string} action @param {boolean} [disabled] */
const button = (label, path, action, disabled = false) =>
  make("button", { type: "button", "data-action": action, "aria-label": label, title: label, disabled }, icon(path));

/** Create the rail below the scrubber: thin forward, thick backward. @param {Shown} shown */
function rail({ count, turn }) {
  const length = Math.max(1, count);
  const half = count ? Math.min(turn, length) : length;
  const line = (/** @type {string} */ name, /** @type {number} */ from, /** @type {number} */ to) =>
    makeSvg("line", { class: name, x1: `${(100 * from) / length}%`, x2: `${(100 * to) / length}%`, y1: "50%", y2: "50%" });
  return makeSvg(
    "svg",
    { class: "rail", "aria-hidden": "true", focusable: "false" },
    line("rail-forward", 0, half),
    half < length && line("rail-backward", half, length),
  );
}

/**
 * @param {Translate} t
 * @param {Shown} shown
 */
export function stepControls(t, shown) {
  const { step, count, active, playing, speed } = shown;
  const at = step ?? 0;
  return make(
    "div",
    { class: "step-controls" },
    make(
      "div",
      { class: "step-buttons", role: "group", "aria-label": t("Step controls") },
      button(t("To the beginning"), ICONS.first, "first", !count),
      button(t("Previous step"), ICONS.previous, "previous", !count),
      playing ? button(t("Pause"), ICONS.pause, "play") : button(t("Play"), ICONS.play, "play", !count),
      button(t("Next step"), ICONS.next, "next", !count),
      button(t("To the end"), ICONS.last, "last", !count),
    ),
    make(
      "div",
      { class: "scrubber", "data-phase": active?.phase },
      rail(shown),
      make("input", {
        type: "range",
        min: 0,
        max: count,
        step: 1,
        disabled: !count,
        "aria-label": t("Step"),
        "aria-valuetext": t("Step {k} of {n}", { k: at, n: count }),
      }),
    ),
    make("output", { class: "step-count" }, step === null ? (count === 1 ? t("1 step") : t("{n} steps", { n: count })) : `${at} / ${count}`),
    make(
      "label",
      { class: "step-speed" },
      make("span", { class: "visually-hidden" }, t("Speed")),
      make(
        "select",
        { "data-action": "speed" },
        SPEEDS.map((factor) => make("option", { value: factor, selected: factor === speed }, `${factor}×`)),
      ),
    ),
    make(
      "button",
      { type: "button", class: "boxed step-end", "data-action": "end", disabled: step === null },
      icon(ICONS.end),
      make("span", {}, t("Show all")),
    ),
  );
}

/**
 * Create the words of the step, or an introduction before the first.
 * @param {Translate} t
 * @param {Shown} shown
 */
export function stepWords(t, { step, active, silent, names }) {
  if (active) {
    const forward = active.phase === "forward";
    return make(
      "div",
      { class: "step-words", "data-phase": active.phase },
      make(
        "p",
        { class: `step-title ${active.phase}` },
        make("span", { class: "step-phase" }, forward ? `${t("Forward")} →` : `← ${t("Backward")}`),
        make("strong", {}, active.title),
      ),
      silent
        ? make("p", { class: "step-sentence muted" }, t("What this step computes is yours to fill in."))
        : make("p", { class: "step-sentence pointable" }, pointable(active.sentence, names)),
      make("div", { class: "step-formula" }, !silent && active.formula && formulaLine(active.formula)),
    );
  }
  return make(
    "div",
    { class: "step-words idle" },
    make(
      "p",
      { class: "step-sentence muted" },
      step === 0
        ? t("Only the inputs are known. The next step computes the first value.")
        : t("Step through the graph: values forward, then gradients backward."),
      step === null && make("span", { class: "step-keys" }, " ", make("kbd", {}, "←"), " ", make("kbd", {}, "→")),
    ),
  );
}
