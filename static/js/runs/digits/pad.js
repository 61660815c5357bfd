/** A sheet to draw a digit on: by mouse, finger or pen, or cell by cell with keys. */

import { divergingScale } from "../../kit/diverging-scale.js";
import { icon, make } from "../../kit/element.js";
import { cellStep } from "../../kit/grid-keys.js";
import { colourOf, onColourChange } from "../../kit/page-colours.js";
import { CELLS, createInk, SIDE } from "./ink.js";

/** @typedef {import("./ink.js").Point} Point */

const UNDO = "M7 4 3.5 7.5 7 11 M4 7.5h7.5a4.5 4.5 0 0 1 0 9H8";
const CLEAR = "M5 5l10 10 M15 5 5 15";
/** Grey levels between paper and ink. */
const SHADES = 255;

/**
 * @param {import("../client/types.js").RunSession} session
 * @param {object} events
 * @param {(ink: {levels: Float32Array, empty: boolean}, settled: boolean) => void} events.onDraw called at most once
 *   per animation frame; `settled` once a stroke has ended
 */
export function createDigitPad({ t, store, announce }, { onDraw }) {
  const ink = createInk();
  const canvas = make("canvas", { class: "pad", width: SIDE, height: SIDE, tabindex: 0, role: "application" });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(SIDE, SIDE);
  const pixels = new Uint32Array(image.data.buffer);
  const hint = make("p", { class: "pad-hint", "aria-hidden": "true" });
  const undo = make("button", { type: "button", class: "boxed" });
  const clear = make("button", { type: "button", class: "boxed" });
  const keys = make("p", { class: "pad-keys muted" });
  const sheet = make("div", { class: "square" }, canvas, hint);
  /** @type {Uint32Array} */
  let shades = new Uint32Array(SHADES + 1);
  /** An image on the sheet until the person draws. @type {ArrayLike<number> | null} */
  let shown = null;
  /** Id of the pointer that draws, or -1. */
  let pen = -1;
  /** The cell of the keys; null until one is pressed. @type {{row: number, column: number} | null} */
  let cell = null;
  let brushDown = false;
  let frame = 0;
  let changed = false;
  let settled = true;

  function mix() {
    const colour = divergingScale({ negative: [0, 0, 0], zero: colourOf(canvas, "backgroundColor"), positive: colourOf(canvas, "color"), nan: [0, 0, 0] }, 1);
    shades = Uint32Array.from({ length: SHADES + 1 }, (_, k) => {
      const [r, g, b] = colour(k / SHADES);
      return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
    });
  }

  function draw() {
    frame = 0;
    const fine = SIDE / CELLS;
    for (let k = 0; k < pixels.length; k += 1) {
      const level = shown ? Number(shown[Math.floor(k / SIDE / fine) * CELLS + Math.floor((k % SIDE) / fine)]) : Number(ink.levels[k]);
      pixels[k] = Number(shades[Math.round(level * SHADES)]);
    }
    context.putImageData(image, 0, 0);
    if (cell) {
      context.strokeStyle = getComputedStyle(canvas).color;
      context.lineWidth = 2;
      context.strokeRect(cell.column * fine + 1, cell.row * fine + 1, fine - 2, fine - 2);
      context.strokeStyle = getComputedStyle(canvas).backgroundColor;
      context.strokeRect(cell.column * fine - 1, cell.row * fine - 1, fine + 2, fine + 2);
    }
    const empty = ink.empty && !shown;
    hint.hidden = !empty;
    undo.disabled = !ink.undoable;
    clear.disabled = empty;
    if (!changed) return;
    changed = false;
    onDraw({ levels: ink.levels, empty: ink.empty }, settled);
  }
  const later = () => (frame ||= requestAnimationFrame(draw));

  /** @param {boolean} [ended] whether no stroke is being drawn */
  function change(ended = false) {
    shown = null;
    changed = true;
    settled = ended;
    later();
  }

  /** @param {PointerEvent} event @returns {Point} */
  function pointOf({ clientX, clientY }) {
    const box = canvas.getBoundingClientRect();
    return { x: ((clientX - box.left) / box.width) * CELLS, y: ((clientY - box.top) / box.height) * CELLS };
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pen >= 0 || event.button !== 0) return;
    pen = event.pointerId;
    canvas.setPointerCapture(pen);
    cell = null;
    ink.begin(pointOf(event));
    change();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    // A pen moves more often than the screen refreshes.
    const moves = event.getCoalescedEvents?.() ?? [];
    for (const move of moves.length > 0 ? moves : [event]) ink.extend(pointOf(move));
    change();
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    if (event.pointerId !== pen) return;
    pen = -1;
    change(true);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("lostpointercapture", lift);

  const middle = (/** @type {{row: number, column: number}} */ { row, column }) => ({ x: column + 0.5, y: row + 0.5 });

  function sayCell() {
    if (!cell) return;
    const { x, y } = middle(cell);
    const fine = SIDE / CELLS;
    const inked = Number(ink.levels[Math.floor(y * fine) * SIDE + Math.floor(x * fine)]) > 0.5;
    const place = { row: cell.row + 1, column: cell.column + 1 };
    announce(inked ? t("row {row}, column {column}, ink", place) : t("row {row}, column {column}", place));
  }

  /** @param {boolean} line whether to connect with the previous cell */
  function paintCell(line) {
    if (!cell) return;
    if (line) ink.extend(middle(cell));
    else ink.begin(middle(cell));
    change();
  }

  /** End the current stroke, then undo or clear. @param {() => void} erase */
  function end(erase) {
    pen = -1;
    brushDown = false;
    erase();
    change(true);
  }
  const takeBack = () => end(ink.undo);
  const wipe = () => end(ink.clear);

  canvas.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const before = cell ?? { row: CELLS / 2 - 1, column: CELLS / 2 - 1 };
    const next = command || event.altKey ? null : cellStep(event.key, before, CELLS, CELLS);
    if (command && event.key.toLowerCase() === "z" && !event.shiftKey) takeBack();
    else if (command || event.altKey) return;
    else if (event.key === "Delete" || event.key === "Backspace") wipe();
    else if (event.key === " ") {
      cell = before;
      if (!event.repeat) paintCell(false);
      brushDown = true;
    } else if (next) {
      if (event.shiftKey && !brushDown) {
        cell = before;
        paintCell(false);
        brushDown = true;
      }
      cell = next;
      if (brushDown) paintCell(true);
      later();
    } else return;
    event.preventDefault();
    event.stopPropagation();
    sayCell();
  });
  const raise = () => {
    if (!brushDown) return;
    brushDown = false;
    change(true);
  };
  canvas.addEventListener("keyup", (event) => (event.key === " " || event.key === "Shift") && raise());
  canvas.addEventListener("blur", () => {
    raise();
    cell = null;
    later();
  });

  undo.addEventListener("click", takeBack);
  clear.addEventListener("click", () => {
    if (ink.empty) change(true);
    else wipe();
    canvas.focus();
  });

  function words() {
    hint.textContent = t("Draw a digit here");
    canvas.setAttribute("aria-label", t("Drawing sheet, 28 by 28 cells. Arrow keys move, Space paints, Shift and arrow keys draw a line, Ctrl+Z undoes, Delete clears."));
    undo.replaceChildren(icon(UNDO), t("Undo"));
    clear.replaceChildren(icon(CLEAR), t("Clear"));
    keys.replaceChildren(...keyWords(t));
  }
  store.subscribe(["lang"], words);
  onColourChange(store, () => {
    mix();
    later();
  });
  words();
  requestAnimationFrame(() => {
    mix();
    draw();
  });

  return {
    sheet,
    tools: [undo, clear],
    /** Help on the keys, shown while the sheet has the focus. */
    keys,
    /**
     * Show an image instead of a drawing; the first stroke replaces it.
     * @param {ArrayLike<number>} other 28 × 28
     */
    showImage(other) {
      ink.clear();
      shown = other;
      later();
    },
  };
}

/** @param {import("../../kit/types.js").Translate} t */
function keyWords(t) {
  return /** @type {const} */ ([
    ["← ↑ ↓ →", t("move")],
    [t("Space"), t("paint")],
    ["Shift →", t("draw a line")],
    ["Ctrl Z", t("undo")],
    ["Del", t("clear")],
  ]).map(([key, does]) => make("span", {}, make("kbd", {}, key), ` ${does}`));
}
