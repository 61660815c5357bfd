/** Moves a large picture as one surface during pan and zoom, and redraws it afterwards. */

import { isLarge as isLargePicture } from "./crowd.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

/** Maximum enlargement of the surface before it is redrawn. */
const COARSEST = 3;

/**
 * Return the CSS transform that shows a picture drawn at one transform at another.
 * @param {Transform} drawn
 * @param {Transform} wanted
 */
export function between(drawn, wanted) {
  const k = wanted.k / drawn.k;
  const x = wanted.x - drawn.x * k;
  const y = wanted.y - drawn.y * k;
  return k === 1 && x === 0 && y === 0 ? "" : `translate(${x}px, ${y}px) scale(${k})`;
}

/**
 * Whether a surface twice the view's width and height still covers the view, sharply enough.
 * @param {Transform} drawn
 * @param {Transform} wanted
 * @param {{width: number, height: number}} room
 */
export function covers(drawn, wanted, { width, height }) {
  const k = wanted.k / drawn.k;
  const [left, top] = [wanted.x - drawn.x * k - (width / 2) * k, wanted.y - drawn.y * k - (height / 2) * k];
  return k < COARSEST && left <= 0 && top <= 0 && left + 2 * width * k >= width && top + 2 * height * k >= height;
}

/**
 * Zooming inside an SVG lays out every text again: 50 ms for a thousand nodes. Panning repaints all that is visible. A
 * large picture therefore moves as a surface of twice the view's width and height. It is redrawn when the move ends or
 * leaves that surface.
 * @param {{readonly svg: SVGSVGElement | null, readonly viewport: SVGGElement | null, readonly elements: Map<string, unknown>}} view
 * @param {() => {width: number, height: number}} room
 */
export function createMotion(view, room) {
  /** @type {Transform} transform at which the picture is drawn */
  let drawn = { x: 0, y: 0, k: 1 };
  const isLarge = () => isLargePicture(view.elements);

  /** @param {Transform} wanted */
  function settle(wanted) {
    const { svg, viewport } = view;
    if (!svg || !viewport) return;
    const large = isLarge();
    const { width, height } = room();
    drawn = { ...wanted };
    svg.classList.toggle("large", large);
    const [x, y] = large ? [wanted.x + width / 2, wanted.y + height / 2] : [wanted.x, wanted.y];
    viewport.setAttribute("transform", `translate(${x},${y}) scale(${wanted.k})`);
    svg.style.transform = "";
  }

  return {
    isLarge,
    settle,
    /** @param {Transform} wanted */
    move(wanted) {
      const { svg } = view;
      if (svg && isLarge() && svg.classList.contains("large") && covers(drawn, wanted, room())) svg.style.transform = between(drawn, wanted);
      else settle(wanted);
    },
  };
}
