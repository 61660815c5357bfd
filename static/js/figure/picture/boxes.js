/** Boxes of a picture's parts, read from their attributes: asking a browser for them would lay out the whole picture. */

/** @typedef {{x: number, y: number, width: number, height: number}} Box */

/**
 * Return the box around all points of a path whose commands are absolute.
 * @param {string} path
 * @returns {Box}
 */
export function pathBox(path) {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [, across, down] of path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)) {
    const [x, y] = [Number(across), Number(down)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return left > right ? { x: 0, y: 0, width: 0, height: 0 } : { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Return the origin of a part's own coordinates.
 * @param {Element} element
 */
export function originOf(element) {
  const found = /^translate\((-?[\d.]+),(-?[\d.]+)\)/.exec(element.getAttribute("transform") ?? "");
  return { x: Number(found?.[1] ?? 0), y: Number(found?.[2] ?? 0) };
}

/**
 * Return the box of a node's shape, an open layer's frame or an edge's line, in the picture's coordinates.
 * @param {Element} element
 * @returns {Box | null}
 */
export function boxOf(element) {
  const own = element.querySelector(".shape, .group-box, .forward");
  if (!own) return null;
  const { x, y } = originOf(element);
  const number = (/** @type {string} */ name) => Number(own.getAttribute(name) ?? 0);
  if (own.localName === "path") return pathBox(own.getAttribute("d") ?? "");
  if (own.localName === "circle") return { x: x - number("r"), y: y - number("r"), width: 2 * number("r"), height: 2 * number("r") };
  return { x: x + number("x"), y: y + number("y"), width: number("width"), height: number("height") };
}
