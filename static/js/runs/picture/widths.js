/** How thick an arrow is for the size of its gradient. No DOM. */

/** Orders of magnitude between the thickest arrow and the thinnest. */
const DECADES = 4;
const THINNEST = 1;
const THICKEST = 7;

/**
 * By the logarithm: a vanishing gradient is smaller by powers of ten.
 * @param {number} norm
 * @param {number} largest of all arrows
 * @returns {number} in the picture's units
 */
export function arrowWidth(norm, largest) {
  if (!(norm > 0) || !(largest > 0)) return THINNEST;
  if (!Number.isFinite(norm)) return THICKEST;
  const share = 1 + Math.log10(norm / largest) / DECADES;
  return THINNEST + (THICKEST - THINNEST) * Math.min(1, Math.max(0, share));
}
