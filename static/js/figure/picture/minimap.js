/** Overview of a graph that is larger than its view, with the visible part marked. */

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

const SVG = "http://www.w3.org/2000/svg";
const WIDTH = 144;
const HEIGHT = 72;
/** Least width and height: a long chain is drawn thicker than it is. */
const LEAST = 16;
/** Margin of a picture that may be out of view, in its own units. */
const SLACK = 12;

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
  const whole = left <= SLACK && top <= SLACK && right >= picture.width - SLACK && bottom >= picture.height - SLACK;
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top), whole };
}

/** @typedef {{x: number, y: number, width: number, height: number}} Box in the picture */
/** @typedef {"bottom-left" | "top-left" | "top-right"} Corner */

/**
 * Return the corner of a view where an overview covers nothing of the picture; null if it covers something everywhere.
 * @param {readonly Box[]} boxes
 * @param {Transform} transform
 * @param {{width: number, height: number}} view
 * @param {{width: number, height: number}} overview with its margins
 * @returns {Corner | null}
 */
export function freeCorner(boxes, { x, y, k }, view, overview) {
  const [right, bottom] = [view.width - overview.width, view.height - overview.height];
  /** @type {[Corner, number, number][]} */
  const corners = [["bottom-left", 0, bottom], ["top-left", 0, 0], ["top-right", right, 0]];
  const covers = (/** @type {number} */ left, /** @type {number} */ top) => (/** @type {Box} */ box) =>
    box.x * k + x < left + overview.width && (box.x + box.width) * k + x > left &&
    box.y * k + y < top + overview.height && (box.y + box.height) * k + y > top;
  return corners.find(([, left, top]) => !boxes.some(covers(left, top)))?.[0] ?? null;
}

/** Half the width and height kept free around a number, in the picture's units. */
const NUMBER = { across: 32, down: 10 };
/** Distance of the overview from the sides of the view. */
const MARGIN = 12;
/** Pause after a move before the overview looks for a free corner, in milliseconds. */
const REST = 150;

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
  svg.setAttribute("preserveAspectRatio", "none");
  boxes.setAttribute("class", "minimap-nodes");
  seen.setAttribute("class", "minimap-seen");
  svg.append(boxes, seen);
  place.append(svg);
  /** @type {SVGSVGElement | null} */
  let drawn = null;
  /** What the overview leaves free. @type {Box[]} */
  let boxesToSee = [];
  let resting = 0;

  /** @returns {Box[]} nodes and numbers */
  function contents() {
    const numbers = [...(view.svg?.querySelectorAll(".edges text") ?? [])].map((text) => {
      const [x, y] = [Number(text.getAttribute("x")), Number(text.getAttribute("y"))];
      return { x: x - NUMBER.across, y: y - NUMBER.down, width: 2 * NUMBER.across, height: 2 * NUMBER.down };
    });
    const nodes = [...view.elements].flatMap(([id, element]) => (element.classList.contains("node") ? (view.box(id) ?? []) : []));
    return [...nodes, ...numbers];
  }

  /** Go to a corner that is free; if none is, be faint. @param {Transform} transform */
  function rest(transform) {
    const size = { width: place.offsetWidth + 2 * MARGIN, height: place.offsetHeight + 2 * MARGIN };
    const corner = freeCorner(boxesToSee, transform, room(), size);
    place.dataset.corner = corner ?? "bottom-left";
    place.classList.toggle("over", corner === null);
  }

  function draw() {
    const { width, height } = view.size;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    const scale = Math.min(WIDTH / width, HEIGHT / height);
    const size = { width: Math.max(LEAST, Math.round(width * scale)), height: Math.max(LEAST, Math.round(height * scale)) };
    svg.setAttribute("width", String(size.width));
    svg.setAttribute("height", String(size.height));
    const least = { width: (3 * width) / size.width, height: (3 * height) / size.height };
    const parts = [];
    for (const [id, element] of view.elements) {
      if (!element.classList.contains("node")) continue;
      const box = view.box(id);
      if (!box) continue;
      parts.push(`M${box.x} ${box.y}h${Math.max(least.width, box.width)}v${Math.max(least.height, box.height)}h${-Math.max(least.width, box.width)}z`);
    }
    boxes.setAttribute("d", parts.join(""));
    boxesToSee = contents();
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
      place.classList.remove("over");
      clearTimeout(resting);
      resting = window.setTimeout(() => rest(transform), REST);
    },
  };
}
