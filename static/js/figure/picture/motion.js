/** Moves the picture while a hand is on it: as one surface, drawn again at its new scale when the move is over. */

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

/** Pictures with more parts than this are kept as a surface of their own; for fewer, drawing again costs nothing. */
const LARGE = 250;
/** So many times as large the surface is shown until it is drawn again. */
const COARSEST = 3;

/**
 * The CSS transform that shows a picture drawn for one place as it would stand in another.
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
 * Whether a surface that is twice as wide and as high as the view still covers it, and is not too coarse.
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
 * A change of scale inside an SVG sets every text anew, 50 ms for a thousand nodes, and a shift paints all that is
 * seen: a large picture is moved as one surface, twice as wide and as high as the view, and drawn again when the move
 * is over or has come to the end of it.
 * @param {{readonly svg: SVGSVGElement | null, readonly viewport: SVGGElement | null, readonly elements: Map<string, unknown>}} view
 * @param {() => {width: number, height: number}} room
 */
export function createMotion(view, room) {
  /** @type {Transform} how the picture is drawn */
  let drawn = { x: 0, y: 0, k: 1 };
  const isLarge = () => view.elements.size > LARGE;

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
    settle,
    /** @param {Transform} wanted */
    move(wanted) {
      const { svg } = view;
      if (svg && isLarge() && svg.classList.contains("large") && covers(drawn, wanted, room())) svg.style.transform = between(drawn, wanted);
      else settle(wanted);
    },
  };
}
