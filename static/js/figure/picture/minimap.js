/** Overview of a graph that is larger than its view, with the visible part marked. */

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 144;
const HEIGHT = 72;

/**
 * Return the visible part of a picture in its own coordinates, clipped to the picture.
 * @param {Transform} transform
 * @param {{width: number, height: number}} picture
 * @param {{width: number, height: number}} view
 */
export function seenPart(transform, picture, view) {
  const left = Math.max(0, -transform.x / transform.k);
  const top = Math.max(0, -transform.y / transform.k);
  const right = Math.min(picture.width, (view.width - transform.x) / transform.k);
  const bottom = Math.min(picture.height, (view.height - transform.y) / transform.k);
  const whole = left <= 1 && top <= 1 && right >= picture.width - 1 && bottom >= picture.height - 1;
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top), whole };
}

/**
 * @param {HTMLElement} place
 * @param {ReturnType<typeof import("./view.js").createPictureView>} view
 * @param {() => {width: number, height: number}} room
 * @param {(x: number, y: number) => void} centreOn centres the view on a place of the picture
 */
export function createMinimap(place, view, room, centreOn) {
  const svg = document.createElementNS(SVG, "svg");
  const boxes = document.createElementNS(SVG, "path");
  const seen = document.createElementNS(SVG, "rect");
  svg.setAttribute("aria-hidden", "true");
  boxes.setAttribute("class", "minimap-nodes");
  seen.setAttribute("class", "minimap-seen");
  svg.append(boxes, seen);
  place.append(svg);
  /** @type {SVGSVGElement | null} */
  let drawn = null;

  function draw() {
    const { width, height } = view.size;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = Math.min(WIDTH / width, HEIGHT / height);
    svg.setAttribute("width", String(Math.round(width * scale)));
    svg.setAttribute("height", String(Math.round(height * scale)));
    const least = 3 / scale;
    const parts = [];
    for (const [id, element] of view.elements) {
      if (!element.classList.contains("node")) continue;
      const box = view.box(id);
      if (!box) continue;
      parts.push(`M${box.x} ${box.y}h${Math.max(least, box.width)}v${Math.max(least, box.height)}h${-Math.max(least, box.width)}z`);
    }
    boxes.setAttribute("d", parts.join(""));
    drawn = view.svg;
  }

  /** @param {PointerEvent} event */
  function point(event) {
    const box = svg.getBoundingClientRect();
    const { width, height } = view.size;
    centreOn(((event.clientX - box.left) / box.width) * width, ((event.clientY - box.top) / box.height) * height);
  }
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    point(event);
  });
  svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && point(event));

  return {
    /** @param {Transform} transform */
    update(transform) {
      if (!view.svg) return;
      const part = seenPart(transform, view.size, room());
      place.hidden = part.whole;
      if (part.whole) return;
      if (drawn !== view.svg) draw();
      for (const name of /** @type {const} */ (["x", "y", "width", "height"])) seen.setAttribute(name, String(part[name]));
    },
  };
}
