/** Labels at the ends of lines: the line's name, and its number at the cursor. */

import { make, makeSvg } from "../../kit/element.js";
import { cellText } from "../../kit/number-text.js";
import { spread } from "../../kit/plot-scale.js";
import { percentText } from "../client/words.js";
import { DASHES, RUN_HUES } from "./chart-style.js";

/** @typedef {import("./lines.js").Line} Line */
/** @typedef {import("./lines.js").Quantity} Quantity */

/**
 * Create a sample of a run's line style.
 * @param {0 | 1 | 2} slot
 * @param {number | null} [hue] the run's colour beside others; null for a run alone
 */
export const lineSample = (slot, hue = null) =>
  makeSvg(
    "svg",
    { class: `line-sample${hue === null ? "" : ` run-hue-${hue % RUN_HUES}`}`, viewBox: "0 0 22 8", "aria-hidden": "true" },
    makeSvg("path", { d: "M1 4H21", "stroke-dasharray": (DASHES[slot] ?? []).join(" ") || null, "stroke-linecap": slot === 2 ? "round" : null }),
  );

/**
 * Format a number of a quantity.
 * @param {Quantity} quantity
 * @param {number | null} value
 */
export const valueText = (quantity, value) =>
  value === null ? "–" : quantity === "accuracy" || quantity === "dead" ? percentText(value) : cellText(value);

/**
 * Return the lines to label; if there is no room for all, the first and last of each run.
 * @param {readonly Line[]} lines
 * @param {number} most
 */
export function labelled(lines, most) {
  const named = lines.filter(({ quiet }) => !quiet);
  if (named.length <= most) return named;
  return named.filter(({ run }, k) => named[k - 1]?.run !== run || named[k + 1]?.run !== run).slice(0, Math.max(1, most));
}

/**
 * @param {Quantity} quantity
 * @param {import("../../kit/types.js").Translate} t
 */
export function createEndLabels(quantity, t) {
  const element = make("div", { class: `curve-ends ${quantity}`, "aria-hidden": "true" });
  /** @type {Line[]} */
  let shown = [];
  let built = "";

  return {
    element,

    /**
     * Set the lines; labels are rebuilt only if they change.
     * @param {readonly Line[]} lines
     * @param {number} most maximum number of labels
     */
    setLines(lines, most) {
      shown = labelled(lines, most);
      const several = new Set(shown.map(({ run }) => run)).size > 1;
      const names = shown.map(({ run, label }) => [several && run, label && t(label)].filter(Boolean).join(" "));
      const next = JSON.stringify([names, shown.map(({ slot, current, of, hue }) => [several && slot, several && current, of, hue])]);
      if (next === built) return;
      built = next;
      element.replaceChildren(
        ...shown.map(({ slot, current, of, hue }, k) =>
          make(
            "div",
            { class: `curve-end ${hue === null ? of : `run-hue-${hue % RUN_HUES}`}${several && current ? " current" : ""}` },
            several && lineSample(slot, hue),
            make("span", { class: "curve-name" }, names[k]),
            make("span", { class: "curve-number" }),
          ),
        ),
      );
    },

    /** Width that the labels need, in CSS pixels. */
    width: () => Math.ceil(element.scrollWidth),

    /**
     * Place each label beside the end of its line.
     * @param {(line: Line) => number | null} place position from the top; null if the end is not visible
     * @param {{top: number, bottom: number}} room
     */
    place(place, room) {
      const rows = /** @type {HTMLElement[]} */ ([...element.children]);
      const height = rows[0]?.offsetHeight ?? 0;
      const wanted = shown.map(place);
      const there = shown.flatMap((_, k) => (wanted[k] === null ? [] : [k]));
      const tops = spread(there.map((k) => Number(wanted[k])), height, { top: room.top + height / 2, bottom: room.bottom - height / 2 });
      rows.forEach((row, k) => {
        const at = there.indexOf(k);
        // Hidden, but its room is kept.
        row.style.visibility = at < 0 ? "hidden" : "";
        if (at >= 0) row.style.transform = `translateY(${Math.round(Number(tops[at]) - height / 2)}px)`;
      });
    },

    /** @param {(line: Line) => number | null | undefined} value undefined for no number */
    write(value) {
      shown.forEach((line, k) => {
        const cell = element.children[k]?.querySelector(".curve-number");
        const number = value(line);
        const text = number === undefined ? "" : valueText(quantity, number);
        if (cell && cell.textContent !== text) cell.textContent = text;
      });
    },
  };
}
