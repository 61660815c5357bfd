/** Ink on a square sheet: strokes of a soft round brush, and the grey levels they leave. No DOM. */

/** @typedef {{x: number, y: number}} Point in cells of the sheet, from its upper left corner */
/** @typedef {Point[]} Stroke */

/** The sheet has so many cells a side, as an image of MNIST has pixels. */
export const CELLS = 28;
/** Grey levels of a cell's side. */
const FINE = 10;
/** Grey levels of the sheet's side. */
export const SIDE = CELLS * FINE;

/** In cells: black up to here from the middle of the brush, nothing beyond the second, and an even fall in between. */
const CORE = 0.75;
const EDGE = 1.55;

/**
 * How dark the brush is at a distance from its middle.
 * @param {number} distance in cells
 */
export function brush(distance) {
  const fall = Math.min(1, Math.max(0, (EDGE - distance) / (EDGE - CORE)));
  return fall * fall * (3 - 2 * fall);
}

/**
 * @param {number} x @param {number} y
 * @param {Point} a @param {Point} b
 */
function distanceToLine(x, y, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const length = dx * dx + dy * dy;
  const along = length > 0 ? Math.min(1, Math.max(0, ((x - a.x) * dx + (y - a.y) * dy) / length)) : 0;
  return Math.hypot(x - a.x - along * dx, y - a.y - along * dy);
}

/**
 * @param {Float32Array} levels
 * @param {Point} a @param {Point} b
 */
function paintLine(levels, a, b) {
  const first = (/** @type {number} */ least) => Math.max(0, Math.floor((least - EDGE) * FINE));
  const last = (/** @type {number} */ most) => Math.min(SIDE, Math.ceil((most + EDGE) * FINE));
  const right = last(Math.max(a.x, b.x));
  const bottom = last(Math.max(a.y, b.y));
  for (let row = first(Math.min(a.y, b.y)); row < bottom; row += 1) {
    for (let column = first(Math.min(a.x, b.x)); column < right; column += 1) {
      const level = brush(distanceToLine((column + 0.5) / FINE, (row + 0.5) / FINE, a, b));
      const at = row * SIDE + column;
      // Where strokes cross they are not darker than ink.
      if (level > Number(levels[at])) levels[at] = level;
    }
  }
}

/** @param {Float32Array} levels @param {Stroke} stroke */
function paintStroke(levels, stroke) {
  stroke.forEach((point, k) => paintLine(levels, stroke[k - 1] ?? point, point));
}

/** A sheet to draw on. Strokes and clearing can be taken back, one by one. */
export function createInk() {
  const levels = new Float32Array(SIDE * SIDE);
  /** @type {Stroke[]} */
  let strokes = [];
  /** What stood before each stroke and each clearing. @type {Stroke[][]} */
  const before = [];

  return {
    /** 0 paper … 1 ink, row by row, `SIDE` × `SIDE`; changed in place. */
    levels,
    get empty() {
      return strokes.length === 0;
    },
    get undoable() {
      return before.length > 0;
    },
    /** A new stroke; alone it is a dot. @param {Point} point */
    begin(point) {
      before.push(strokes);
      strokes = [...strokes, [point]];
      paintLine(levels, point, point);
    },
    /** The stroke goes on. @param {Point} point */
    extend(point) {
      const stroke = strokes.at(-1);
      const last = stroke?.at(-1);
      if (!stroke || !last) return;
      stroke.push(point);
      paintLine(levels, last, point);
    },
    clear() {
      if (strokes.length === 0) return;
      before.push(strokes);
      strokes = [];
      levels.fill(0);
    },
    undo() {
      const earlier = before.pop();
      if (!earlier) return;
      strokes = earlier;
      levels.fill(0);
      for (const stroke of strokes) paintStroke(levels, stroke);
    },
  };
}
