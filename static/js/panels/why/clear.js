/** Whether something laid over a picture hides a part of it. */

/** Parts of a picture up to which each is looked at. */
const LOOKED_AT = 400;
/** Room for a difference above or below a part of the graph, in pixels. */
const MARK = 22;

/**
 * Whether the line of an edge runs through a box on the screen.
 * @param {Element} line
 * @param {DOMRect} box
 */
function crossed(line, box) {
  const path = /** @type {SVGGeometryElement} */ (line);
  const [toScreen, length] = [path.getScreenCTM(), path.getTotalLength()];
  if (!toScreen) return false;
  for (let k = 0; k <= 24; k += 1) {
    const { x, y } = path.getPointAtLength((k / 24) * length).matrixTransform(toScreen);
    if (x > box.left && x < box.right && y > box.top && y < box.bottom) return true;
  }
  return false;
}

/**
 * Whether an element of the page lies over nodes, lines or numbers of a picture.
 * @param {SVGSVGElement | null} svg
 * @param {Element} element
 */
export function covers(svg, element) {
  const { x, y, width, height } = element.getBoundingClientRect();
  // Differences stand above and below the parts of the graph.
  const own = new DOMRect(x, y - MARK, width, height + 2 * MARK);
  const over = (/** @type {Element | null | undefined} */ part) => {
    const { left, right, top, bottom } = part?.getBoundingClientRect() ?? new DOMRect();
    return bottom > own.top && top < own.bottom && right > own.left && left < own.right;
  };
  const viewport = svg?.querySelector(":scope > .viewport");
  if (!over(viewport)) return false;
  const parts = [...(viewport?.querySelectorAll(".node[data-id], .edges > [data-id]") ?? [])];
  if (parts.length > LOOKED_AT) return true;
  // An edge that turns has much empty room in its box: its line and its numbers count.
  const seen = parts.flatMap((part) => (part.matches(".edges > *") ? [...part.children] : [part]));
  return seen.some((part) => over(part) && (part.localName !== "path" || crossed(part, own)));
}
