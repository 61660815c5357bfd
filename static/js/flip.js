/** Moves what stayed from its old place to its new one when the picture changes. */

/** @typedef {{x: number, y: number, k: number}} Transform */
/** @typedef {Map<string, {x: number, y: number}>} Places id → place on the screen */

/**
 * Where an old place on the screen lies in a picture seen under another transform.
 * @param {{x: number, y: number}} place
 * @param {Transform} transform
 */
export const invert = (place, transform) => ({
  x: (place.x - transform.x) / transform.k,
  y: (place.y - transform.y) / transform.k,
});

/**
 * @param {Iterable<[string, SVGGElement]>} elements
 * @param {Transform} transform
 * @returns {Places} of the nodes only: they carry a translation
 */
export function readPlaces(elements, transform) {
  /** @type {Places} */
  const places = new Map();
  for (const [id, element] of elements) {
    const matrix = element.transform.baseVal.consolidate()?.matrix;
    if (matrix) places.set(id, { x: matrix.e * transform.k + transform.x, y: matrix.f * transform.k + transform.y });
  }
  return places;
}

/**
 * The nodes of a layer just opened come out of its box.
 * @param {Places} before
 * @param {string} id
 * @param {(id: string) => string | null | undefined} groupOf
 */
function placeOfGroup(before, id, groupOf) {
  for (let group = groupOf(id); group; group = groupOf(group)) {
    const place = before.get(group);
    if (place) return place;
  }
  return undefined;
}

/**
 * @param {Places} before
 * @param {Map<string, SVGGElement>} elements
 * @param {Transform} transform the new one
 * @param {number} duration in milliseconds; 0 for none
 * @param {(id: string) => string | null | undefined} groupOf what a node that was not to be seen stood in
 */
export function moveFrom(before, elements, transform, duration, groupOf) {
  if (duration <= 0) return;
  const now = readPlaces(elements, transform);
  const easing = "cubic-bezier(0.3, 0, 0.2, 1)";
  let moved = false;
  for (const [id, place] of now) {
    const element = elements.get(id);
    if (!element) continue;
    const old = before.get(id) ?? placeOfGroup(before, id, groupOf);
    if (!old) {
      element.animate([{ opacity: 0 }, { opacity: 1 }], { duration, easing });
      continue;
    }
    if (Math.hypot(old.x - place.x, old.y - place.y) < 0.5) continue;
    moved = true;
    const from = invert(old, transform);
    const to = invert(place, transform);
    element.animate(
      [{ transform: `translate(${from.x}px, ${from.y}px)` }, { transform: `translate(${to.x}px, ${to.y}px)` }],
      { duration, easing },
    );
  }
  if (!moved) return;
  for (const [id, element] of elements) {
    // Lines cannot follow both of their ends: they come back when the ends have arrived.
    if (!now.has(id)) element.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, { opacity: 1 }], { duration, easing });
  }
}
