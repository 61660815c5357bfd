/** The cursor over a chart: a line, a dot on each curve, the step below, and the range being zoomed to. */

import { make, makeSvg } from "../../kit/element.js";

/** Drag distance below which it is a click, in pixels. */
const CLICK = 6;

/** @typedef {{left: number, top: number, right: number, bottom: number}} Room */

export function createCrosshair() {
  const line = makeSvg("path", { class: "curve-cursor" });
  const dots = makeSvg("g");
  const select = makeSvg("rect", { class: "curve-select" });
  const marks = makeSvg("svg", { class: "curve-over" }, select, line, dots);
  const tag = make("div", { class: "curve-tag" });
  const element = make("div", { class: "curve-crosshair", "aria-hidden": "true" }, marks, tag);
  /** @type {Room} */
  let room = { left: 0, top: 0, right: 0, bottom: 0 };
  hide();
  select.style.display = "none";

  function hide() {
    line.style.display = dots.style.display = "none";
    tag.hidden = true;
  }

  return {
    element,
    hide,
    get room() {
      return room;
    },
    /** @param {Room} next the plot's rectangle within the chart */
    fit(next) {
      room = next;
      marks.style.left = `${room.left}px`;
      marks.style.top = `${room.top}px`;
      marks.setAttribute("width", String(Math.max(0, room.right - room.left)));
      marks.setAttribute("height", String(Math.max(0, room.bottom - room.top)));
    },
    /**
     * @param {number} at position within the plot
     * @param {string} text the step
     * @param {readonly {x: number, y: number, colour: string}[]} places positions of the dots
     */
    show(at, text, places) {
      line.style.display = dots.style.display = "";
      tag.hidden = false;
      line.setAttribute("d", `M${Math.round(at) + 0.5} 0V${room.bottom - room.top}`);
      while (dots.childElementCount > places.length) dots.lastChild?.remove();
      places.forEach(({ x, y, colour }, k) => {
        const dot = dots.children[k] ?? dots.appendChild(makeSvg("circle", { r: 3.5 }));
        dot.setAttribute("cx", x.toFixed(1));
        dot.setAttribute("cy", y.toFixed(1));
        /** @type {SVGElement} */ (dot).style.fill = colour;
      });
      tag.textContent = text;
      const half = tag.offsetWidth / 2;
      const left = Math.min(Math.max(room.left + at, room.left + half), room.right + 4 - half);
      tag.style.transform = `translate(${Math.round(left - half)}px, ${Math.round(room.bottom + 2)}px)`;
    },

    /**
     * Follow the pointer: moving it moves the cursor, dragging zooms to a range. A finger moves the cursor sideways
     * and scrolls the page up and down.
     * @param {HTMLElement} plot
     * @param {object} on
     * @param {(left: number | null) => void} on.point position within the plot; null when the pointer has left
     * @param {(from: number, to: number) => void} on.zoom
     * @param {() => void} on.whole
     */
    listen(plot, { point, zoom, whole }) {
      /** @type {number | null} */
      let from = null;
      const place = (/** @type {PointerEvent} */ event) => event.clientX - plot.getBoundingClientRect().left - room.left;
      const inside = (/** @type {number} */ left) => Math.min(room.right - room.left, Math.max(0, left));
      const end = () => {
        from = null;
        select.style.display = "none";
      };
      plot.addEventListener("pointerdown", (event) => {
        const left = place(event);
        if (event.button !== 0 || left < 0 || left > room.right - room.left) return;
        if (event.pointerType === "touch") point(inside(left));
        else {
          from = left;
          plot.setPointerCapture(event.pointerId);
        }
      });
      plot.addEventListener("pointermove", (event) => {
        const left = place(event);
        const out = left < -4 || left > room.right - room.left + 4;
        if (from === null) {
          if (!out || event.pointerType === "touch") point(inside(left));
          else point(null);
          return;
        }
        point(inside(left));
        const [low, high] = [Math.min(from, inside(left)), Math.max(from, inside(left))];
        select.style.display = high - low >= CLICK ? "" : "none";
        select.setAttribute("x", low.toFixed(1));
        select.setAttribute("width", (high - low).toFixed(1));
        select.setAttribute("height", String(room.bottom - room.top));
      });
      plot.addEventListener("pointerup", (event) => {
        const to = inside(place(event));
        if (from !== null && Math.abs(to - from) >= CLICK) zoom(Math.min(from, to), Math.max(from, to));
        end();
      });
      plot.addEventListener("pointercancel", end);
      plot.addEventListener("pointerleave", (event) => event.pointerType !== "touch" && from === null && point(null));
      plot.addEventListener("dblclick", whole);
    },
  };
}
