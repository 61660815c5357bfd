/** Animates elements from their old place to their new one when the picture changes. */

/** @typedef {import("./zoom-geometry.js").Transform} Transform */
/** @typedef {{x: number, y: number}} Place in a picture's own coordinates */
/**
 * @typedef {{places: Map<string, Place>, routes: Map<string, string>}} Layout places of nodes and line paths of edges,
 *   by id
 */

const EASING = "cubic-bezier(0.3, 0, 0.2, 1)";

/**
 * Convert a place seen under one transform to the coordinates of another.
 * @param {Place} place
 * @param {Transform} old
 * @param {Transform} now
 * @returns {Place}
 */
export const carryOver = (place, old, now) => ({
  x: (place.x * old.k + old.x - now.x) / now.k,
  y: (place.y * old.k + old.y - now.y) / now.k,
});

/**
 * @param {Iterable<[string, SVGGElement]>} elements
 * @returns {Layout}
 */
export function readLayout(elements) {
  /** @type {Layout} */
  const layout = { places: new Map(), routes: new Map() };
  for (const [id, element] of elements) {
    const matrix = element.transform.baseVal.consolidate()?.matrix;
    if (matrix) layout.places.set(id, { x: matrix.e, y: matrix.f });
    else layout.routes.set(id, element.querySelector(".forward")?.getAttribute("d") ?? "");
  }
  return layout;
}

/**
 * Return a node's old place. Nodes of a layer just opened come out of its box.
 * @param {Map<string, Place>} places
 * @param {string} id
 * @param {(id: string) => string | null | undefined} groupOf
 */
function oldPlace(places, id, groupOf) {
  /** @type {string | null | undefined} */
  let holder = id;
  for (; holder; holder = groupOf(holder)) {
    const place = places.get(holder);
    if (place) return place;
  }
  return undefined;
}

/**
 * @param {Layout} before
 * @param {Map<string, SVGGElement>} elements elements of the new picture
 * @param {object} how
 * @param {(place: Place) => Place} how.carry converts an old place to the new picture's coordinates
 * @param {boolean} how.jumped whether the view changed at once instead of moving
 * @param {number} how.duration in milliseconds; 0 for no animation
 * @param {(id: string) => string | null | undefined} how.groupOf returns the group around a node that was hidden
 */
export function moveFrom(before, elements, { carry, jumped, duration, groupOf }) {
  if (duration <= 0) return;
  const now = readLayout(elements);
  const timing = { duration, easing: EASING };
  for (const [id, to] of now.places) {
    const old = oldPlace(before.places, id, groupOf);
    if (!old) {
      elements.get(id)?.animate([{ opacity: 0 }, { opacity: 1 }], timing);
      continue;
    }
    const from = carry(old);
    if (Math.hypot(from.x - to.x, from.y - to.y) < 0.5) continue;
    elements
      .get(id)
      ?.animate([{ transform: `translate(${from.x}px, ${from.y}px)` }, { transform: `translate(${to.x}px, ${to.y}px)` }], timing);
  }
  for (const [id, route] of now.routes) {
    if (!jumped && before.routes.get(id) === route) continue;
    // A line cannot follow both its ends: it fades in after they have arrived.
    elements.get(id)?.animate([{ opacity: 0 }, { opacity: 0, offset: 0.4 }, { opacity: 1 }], timing);
  }
}
