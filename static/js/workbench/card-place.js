/** Position of a tour's card: beside its target and inside the window. No DOM. */

/** @typedef {{left: number, top: number, width: number, height: number}} Box */

const GAP = 12;

/**
 * @param {Box} target
 * @param {{width: number, height: number}} card
 * @param {{width: number, height: number}} view
 * @returns {{left: number, top: number}}
 */
export function placeBeside(target, card, view) {
  const right = target.left + target.width;
  const bottom = target.top + target.height;
  /** @param {number} at @param {number} length @param {number} room */
  const within = (at, length, room) => Math.max(GAP, Math.min(at, room - length - GAP));
  const places = [
    { left: right + GAP, top: target.top },
    { left: target.left - card.width - GAP, top: target.top },
    { left: target.left, top: bottom + GAP },
    { left: target.left, top: target.top - card.height - GAP },
  ];
  const fits = places.find(
    ({ left, top }, k) =>
      (k < 2 ? left >= GAP && left + card.width <= view.width - GAP : top >= GAP && top + card.height <= view.height - GAP),
  );
  // A target that fills the screen has the card in its own lower corner.
  const { left, top } = fits ?? { left: right - card.width - GAP, top: bottom - card.height - GAP };
  return { left: within(left, card.width, view.width), top: within(top, card.height, view.height) };
}
