/** What a picture leaves out when it is small on the screen: texts that nobody could read are not painted. */

/** From here on the numbers in the cells of matrices cannot be read: bars of shares stand in their place. */
const FAR = 0.45;
/** From here on no text can be read. */
const TINY = 0.28;

/**
 * @param {number} k how large the picture is shown
 * @returns {string[]} the classes that the picture carries at this size
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
    // Even a toggle that changes nothing costs a look at all styles.
    if (svg.classList.contains(name) !== wanted.includes(name)) svg.classList.toggle(name);
  }
}
