/** The confusion matrix of the test set; a cell opens its images. */

import { make } from "../../kit/element.js";
import { gridStep } from "../../kit/grid-keys.js";
import { percentText } from "../client/words.js";

/**
 * Return the shade of a count, 0 … 1: the square root keeps rare mistakes visible.
 * @param {number} count
 * @param {number} most the largest count of any mistake
 */
export const shadeOf = (count, most) => (most > 0 && count > 0 ? Math.sqrt(count / most) : 0);

/**
 * @param {readonly (readonly number[])[]} counts rows: label, columns: predicted
 * @returns {{most: number, right: (number | null)[]}} the largest count off the diagonal, and the accuracy of each
 *   label; null for a label without images
 */
export function confusionFacts(counts) {
  const most = Math.max(0, ...counts.flatMap((row, label) => row.filter((_, predicted) => predicted !== label)));
  const right = counts.map((row, label) => {
    const all = row.reduce((sum, count) => sum + count, 0);
    return all > 0 ? Number(row[label]) / all : null;
  });
  return { most, right };
}

/**
 * @param {import("../../kit/types.js").Translate} t
 * @param {(label: number, predicted: number) => void} onOpen
 */
export function createConfusion(t, onOpen) {
  const caption = make("caption");
  const body = make("tbody");
  const [corner, above, share] = [make("td", { class: "corner" }), make("th", { scope: "colgroup", class: "axis" }), make("th", { scope: "col", class: "share" })];
  const heads = make("tr");
  const table = make("table", { class: "confusion", role: "grid" }, caption, make("thead", {}, make("tr", {}, make("td"), above, make("td")), heads), body);
  /** @type {HTMLTableCellElement[]} */
  let cells = [];
  let size = 0;
  let reached = 0;
  /** @type {{label: number, predicted: number} | null} */
  let chosen = null;
  /** @type {readonly (readonly number[])[] | null} */
  let shown = null;

  /** @param {number} classes */
  function build(classes) {
    size = classes;
    const digits = Array.from({ length: classes }, (_, digit) => digit);
    above.setAttribute("colspan", String(classes));
    heads.replaceChildren(corner, ...digits.map((digit) => make("th", { scope: "col" }, digit)), share);
    cells = digits.flatMap((label) => digits.map((predicted) => make("td", { role: "gridcell", class: label === predicted ? "cell right" : "cell", tabindex: -1 })));
    body.replaceChildren(
      ...digits.map((label) => make("tr", {}, make("th", { scope: "row" }, label), ...cells.slice(label * classes, (label + 1) * classes), make("td", { class: "share" }))),
    );
  }

  /** @param {EventTarget | null} target */
  const indexOf = (target) => cells.indexOf(/** @type {HTMLTableCellElement} */ (/** @type {Element} */ (target).closest(".cell")));

  /** @param {number} at */
  function open(at) {
    const [label, predicted] = [Math.floor(at / size), at % size];
    reach(at);
    if (Number(shown?.[label]?.[predicted]) > 0) onOpen(label, predicted);
  }

  /** @param {number} at */
  function reach(at) {
    cells[reached]?.setAttribute("tabindex", "-1");
    reached = at;
    cells[reached]?.setAttribute("tabindex", "0");
  }

  body.addEventListener("click", (event) => {
    const at = indexOf(event.target);
    if (at >= 0) open(at);
  });
  body.addEventListener("keydown", (event) => {
    const at = indexOf(event.target);
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" || event.key === " ") open(at);
    else {
      // Home and End stay in the row.
      const row = Math.floor(at / size);
      const next = event.key === "Home" ? row * size : event.key === "End" ? row * size + size - 1 : gridStep(event.key, at, size * size, size);
      if (next === null) return;
      reach(next);
      cells[next]?.focus();
    }
    event.preventDefault();
    event.stopPropagation();
  });

  function render() {
    caption.textContent = t("Number of test images by label (rows) and by what the net says (columns)");
    above.textContent = t("predicted");
    corner.textContent = t("label");
    share.textContent = t("right");
    if (!shown) return;
    const { most, right } = confusionFacts(shown);
    cells.forEach((cell, at) => {
      const [label, predicted] = [Math.floor(at / size), at % size];
      const count = Number(shown?.[label]?.[predicted] ?? 0);
      const text = count === 0 ? "" : String(count);
      if (cell.textContent !== text) cell.textContent = text;
      cell.style.setProperty("--share", String(label === predicted ? 0 : shadeOf(count, most)));
      cell.setAttribute("aria-label", t("label {label}, predicted {predicted}: {n} images", { label, predicted, n: count }));
      cell.setAttribute("aria-selected", String(chosen?.label === label && chosen.predicted === predicted));
      cell.classList.toggle("none", count === 0);
    });
    body.querySelectorAll(".share").forEach((cell, label) => {
      cell.textContent = percentText(right[label]);
    });
  }

  return {
    element: table,
    /** @param {readonly (readonly number[])[]} counts */
    show(counts) {
      if (size !== counts.length) {
        build(counts.length);
        reach(Math.min(reached, cells.length - 1));
      }
      shown = counts;
      render();
    },
    /** @param {{label: number, predicted: number} | null} cell the cell whose images are listed */
    choose(cell) {
      chosen = cell;
      render();
    },
  };
}
