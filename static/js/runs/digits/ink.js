/** Ink on a square sheet: strokes of a soft round brush, as grey levels. No DOM. */

/** @typedef {{x: number, y: number}} Point in cells of the sheet, from its upper left corner */
/** @typedef {Point[]} Stroke */

/** Cells per side, as many as an MNIST image has pixels. */
export const CELLS = 28;
/** Levels per side of a cell. */
const FINE = 10;
/** Levels per side of the sheet. */
export const SIDE = CELLS * FINE;

/** Radii of the brush in cells: full ink up to the first, a smooth fall to none at the second. */
const CORE = 0.75;
const EDGE = 1.55;

/**
 * Return the brush's darkness at a distance from its centre.
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
      // Crossing strokes are no darker than ink.
      if (level > Number(levels[at])) levels[at] = level;
    }
  }
}

/** @param {Float32Array} levels @param {Stroke} stroke */
function paintStroke(levels, stroke) {
  stroke.forEach((point, k) => paintLine(levels, stroke[k - 1] ?? point, point));
}

/** Create a sheet to draw on. Strokes and clearing can be undone one by one. */
export function createInk() {
  const levels = new Float32Array(SIDE * SIDE);
  /** @type {Stroke[]} */
  let strokes = [];
  /** Strokes before each stroke and each clearing. @type {Stroke[][]} */
  const before = [];

  return {
    /** 0 paper … 1 ink, row by row, `SIDE` × `SIDE`; changed in place */
    levels,
    get empty() {
      return strokes.length === 0;
    },
    get undoable() {
      return before.length > 0;
    },
    /** Begin a stroke; alone it is a dot. @param {Point} point */
    begin(point) {
      before.push(strokes);
      strokes = [...strokes, [point]];
      paintLine(levels, point, point);
    },
    /** Extend the stroke. @param {Point} point */
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
