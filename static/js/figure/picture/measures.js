/** By which measures a picture is placed and fitted, in one table. Sizes of letters are in the picture's units. No DOM. */

/** Letters: of a number, the largest for which a number has room, and those of the elements of matrices. */
export const LETTERS = { number: 14, room: 20, cell: 12.9 };

/** Widths below which a view is a phone's, and a page is narrow. */
export const NARROW = { view: 600, page: "(max-width: 47.49rem) and (orientation: portrait)" };

/** Free room around a picture in pixels: in a wide view and a narrow one, and the margin that a picture has itself. */
export const MARGINS = { wide: 20, narrow: 10, own: 8 };

/** Scales of the zoom, and the share of its texts that a whole picture must show, else a part of it is shown larger. */
export const ZOOM = { range: /** @type {[number, number]} */ ([0.05, 9]), enough: 0.75 };

/** Height of the minimap and the zoom buttons, and that of a narrow view below which a picture may stand beside them. */
export const FOOT = { height: 56, short: 260 };

/**
 * In a lesson: scales of a picture with boxes to fill in, where it is cut off and where it still is whole; the smallest
 * scale to which a picture shrinks around a group just opened.
 */
export const LESSON = { boxes: { smallest: 0.7, tolerated: 0.58 }, around: 0.58 };

/** Which pictures run down, or are broken into lines. */
export const LINES = {
  /** Width from which on a picture is seen from far whichever way it runs. */
  far: 6000,
  /** Widths of a line from which on the server breaks a chain. */
  long: 1.5,
  /** Up to so many lines a picture may still be better if it runs down. */
  few: 4,
  /** Share of a narrow view from which on a picture that runs down is no thin column, which lines would tell better. */
  broad: 0.45,
  /** Widths of lines are multiples of this, so that views of about the same size share a layout. */
  step: 50,
  /** How much longer the lines of a broken picture are, and how much higher it is, than its even parts. */
  loose: 1.12,
  /** A picture that is seen as a whole has so many lines at most. */
  most: 4,
  /** How often shorter lines are tried where a picture cannot be broken, and how much shorter. */
  looks: 3,
  shorter: 0.9,
  /** A picture is broken once more if it is seen so much larger then. */
  worth: 1.1,
};

/** Times in milliseconds: a second click belongs to the first; a window rests after a change. */
export const TIMES = { doubleClick: 350, rest: 250 };
/** Share by which a window changes until a picture is broken anew. */
export const CHANGE = 0.1;
