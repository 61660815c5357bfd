/** Hides details of a picture that is small on the screen: unreadable texts are not painted. */

/** Scale below which bars replace the unreadable numbers of matrices. */
const FAR = 0.45;
/** Scale below which no text is readable. */
const TINY = 0.28;

/**
 * @param {number} k scale of the picture
 * @returns {string[]} classes of the picture at this scale
 */
export const scaleClasses = (k) => [...(k < FAR ? ["far"] : []), ...(k < TINY ? ["tiny"] : [])];

/**
 * @param {SVGSVGElement | null} svg
 * @param {number} k
 */
export function showScale(svg, k) {
  if (!svg) return;
  const wanted = scaleClasses(k);
  for (const name of ["far", "tiny"]) {
    // A toggle without effect would still recompute all styles.
    if (svg.classList.contains(name) !== wanted.includes(name)) svg.classList.toggle(name);
  }
}
