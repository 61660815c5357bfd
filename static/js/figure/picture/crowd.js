/** Renders of a large picture only what is seen: parts out of sight are left out, and from far a crowd is one drawing. */

import { makeSvg } from "../../kit/element.js";
import { boxOf, originOf } from "./boxes.js";

/** @typedef {import("./zoom-geometry.js").Transform} Transform */

/** Number of parts above which a picture is large. */
const LARGE = 250;
/** Room around a part for its texts, in the picture's units. */
const TEXTS = 130;
/** Classes of parts that are rendered however far they are. */
const SPECIAL = ["lit", "selected", "found", "failing"];
/** Parts that are rendered in one frame; more would hold it up. */
const AT_ONCE = 80;
/** Distance within which a pointer hits a node of the crowd, in pixels on the screen. */
const REACH = 9;

/**
 * @typedef {object} Part
 * @property {SVGGElement} element
 * @property {string} id
 * @property {boolean} edge
 * @property {number} left of its box with its texts
 * @property {number} top
 * @property {number} right
 * @property {number} bottom
 * @property {boolean} shown
 * @property {Layer} layer
 * @property {number} at its place among the parts of its layer
 */

/**
 * Nodes, or edges.
 * @typedef {object} Layer
 * @property {Element | null} store holds the parts that are not rendered
 * @property {Part[]} shown those rendered, in the picture's order
 */

/**
 * Return how far a place is from a stretch of a line.
 * @param {number} at
 * @param {number} from
 * @param {number} to
 */
const outside = (at, from, to) => Math.max(0, from - at, at - to);

/**
 * Return where a part stands, or belongs, among others.
 * @param {readonly {at: number}[]} others in ascending order
 * @param {number} at
 */
export function placeIn(others, at) {
  let [low, high] = [0, others.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((others[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {ReadonlyMap<string, unknown>} elements */
export const isLarge = (elements) => elements.size > LARGE;

/**
 * Put all nodes and edges of a large picture away, before it is first laid out. Browsers style and lay out what a
 * hidden `<g>` holds, but nothing of a hidden `<switch>`.
 * @param {ReadonlyMap<string, SVGGElement>} elements
 */
export function putAway(elements) {
  if (!isLarge(elements)) return;
  /** @type {Map<Node, SVGElement>} */
  const stores = new Map();
  for (const element of elements.values()) {
    const layer = element.parentNode;
    if (!layer || element.classList.contains("group")) continue;
    let store = stores.get(layer);
    if (!store) stores.set(layer, (store = makeSvg("switch", { class: "away", display: "none" })));
    store.append(element);
  }
  for (const [layer, store] of stores) layer.appendChild(store);
}

/** Whether a part is not rendered now. @param {Element} part */
export const isAway = (part) => part.parentElement?.localName === "switch";

/**
 * @param {object} view
 * @param {SVGSVGElement | null} view.svg
 * @param {ReadonlyMap<string, SVGGElement>} view.elements
 * @param {(id: string) => void} view.freshen writes the newest numbers into a part, before it comes
 * @param {() => {width: number, height: number}} room
 * @param {Pick<ReturnType<typeof import("./far.js").createFar>, "opacityOf" | "freshen">} colours of the halves
 */
export function createCrowd(view, room, { opacityOf, freshen }) {
  /** @type {SVGSVGElement | null} */
  let known = null;
  /** @type {Part[]} */
  let parts = [];
  /** @type {Map<string, Part>} */
  let byId = new Map();
  /** @type {SVGElement | null} the crowd as one drawing */
  let drawing = null;
  /** @type {{half: Element, path: string, way: string, opacity: string | null, colour: string}[]} coloured halves of the crowd's nodes */
  let halves = [];
  /** @type {Map<string, SVGElement>} the halves of one colour, by direction and colour */
  let colours = new Map();
  /** @type {{transform: Transform, named: ReadonlySet<Element>} | null} */
  let last = null;
  let due = 0;
  /** @type {Part[]} parts that are rendered in the next frames, the last first */
  let waiting = [];
  let filling = 0;
  let far = false;

  /** Render the next parts; until all stand, the crowd stays behind them. */
  function fill() {
    for (const part of waiting.splice(-AT_ONCE)) show(part, true);
    cancelAnimationFrame(filling);
    filling = waiting.length > 0 ? requestAnimationFrame(fill) : 0;
    drawing?.classList.toggle("seen", far || waiting.length > 0);
  }

  function read() {
    parts = [];
    byId = new Map();
    drawing = null;
    /** @type {Map<boolean, Layer & {count: number}>} */
    const layers = new Map();
    for (const [id, element] of view.elements) {
      const box = element.classList.contains("group") ? null : boxOf(element);
      if (!box) continue;
      const { x, y, width, height } = box;
      const edge = element.classList.contains("edge");
      let layer = layers.get(edge);
      if (!layer) layers.set(edge, (layer = { store: element.parentElement, shown: [], count: 0 }));
      const [left, top, right, bottom] = [x - TEXTS, y - TEXTS, x + width + TEXTS, y + height + TEXTS];
      const part = { element, id, edge, left, top, right, bottom, shown: false, layer, at: layer.count++ };
      parts.push(part);
      byId.set(id, part);
    }
  }

  /** @param {Part} part @param {boolean} shown */
  function show(part, shown) {
    if (shown && part.element.classList.contains("far") !== far) part.element.classList.toggle("far");
    if (part.shown === shown) return;
    part.shown = shown;
    const { store, shown: among } = part.layer;
    const at = placeIn(among, part.at);
    if (shown) {
      view.freshen(part.id);
      freshen(part.element);
      store?.parentNode?.insertBefore(part.element, among[at]?.element ?? store);
      among.splice(at, 0, part);
    } else {
      store?.append(part.element);
      among.splice(at, 1);
    }
  }

  /** @param {Element} element */
  const isSpecial = (element) => element.getAttribute("tabindex") === "0" || SPECIAL.some((name) => element.classList.contains(name));

  /** Draw all lines as one path, and all halves of one colour as one. */
  function draw() {
    const { svg } = view;
    const nodes = svg?.querySelector(".nodes");
    if (!svg || !nodes) return;
    drawing = makeSvg("g", { class: "crowd", "aria-hidden": "true" });
    /** @type {string[]} */
    const lines = [];
    /** @type {string[]} */
    const shapes = [];
    halves = [];
    colours = new Map();
    for (const { element, edge } of parts) {
      if (edge) {
        lines.push(element.querySelector(".forward")?.getAttribute("d") ?? "");
        continue;
      }
      const origin = originOf(element);
      for (const half of element.querySelectorAll(".size")) {
        // The path begins at a point; all else is relative to it.
        const path = (half.getAttribute("d") ?? "").replace(/^M(-?[\d.]+),(-?[\d.]+)/, (_, x, y) => `M${Number(x) + origin.x},${Number(y) + origin.y}`);
        halves.push({ half, path, way: half.classList.contains("grad") ? "grad" : "value", opacity: null, colour: "" });
        if (!element.querySelector(".word")) shapes.push(path);
      }
    }
    drawing.append(makeSvg("path", { class: "crowd-lines", d: lines.join("") }), makeSvg("path", { class: "crowd-shapes", d: shapes.join("") }));
    colour();
    nodes.before(drawing);
  }

  /** Draw the halves in their colours; only colours of which a half came or went are drawn anew. */
  function colour() {
    /** @type {Map<string, string[]>} */
    const changed = new Map();
    for (const one of halves) {
      const opacity = opacityOf(one.half);
      if (opacity === one.opacity) continue;
      if (one.colour) changed.set(one.colour, []);
      [one.opacity, one.colour] = [opacity, `${one.way} ${opacity}`];
      changed.set(one.colour, []);
    }
    if (changed.size === 0) return;
    for (const { path, colour } of halves) changed.get(colour)?.push(path);
    for (const [key, paths] of changed) {
      let drawn = colours.get(key);
      if (!drawn) {
        const [way = "", opacity = ""] = key.split(" ");
        drawn = makeSvg("path", { class: `crowd-size ${way}`, "fill-opacity": opacity });
        colours.set(key, drawn);
        drawing?.append(drawn);
      }
      drawn.setAttribute("d", paths.join(""));
    }
  }

  /**
   * @param {Transform} transform
   * @param {ReadonlySet<Element>} named parts with a text that is seen
   */
  function update(transform, named) {
    const { svg } = view;
    if (!svg || !isLarge(view.elements)) return;
    const fresh = svg !== known;
    known = svg;
    if (fresh) read();
    last = { transform, named };
    far = svg.dataset.detail === "far";
    if (far && !drawing) draw();
    const { x, y, k } = transform;
    const { width, height } = room();
    // The surface that is moved as a whole is twice the view's size.
    const [left, right] = [(-x - width / 2) / k, (-x + 1.5 * width) / k];
    const [top, bottom] = [(-y - height / 2) / k, (-y + 1.5 * height) / k];
    const [middle, centre] = [(left + right) / 2, (top + bottom) / 2];
    /** @type {[number, Part][]} */
    const coming = [];
    for (const part of parts) {
      const seen = part.left < right && part.right > left && part.top < bottom && part.bottom > top;
      const wanted = (seen && (!far || named.has(part.element))) || isSpecial(part.element);
      if (!wanted) show(part, false);
      else if (part.shown) show(part, true);
      else coming.push([Math.hypot(outside(middle, part.left, part.right), outside(centre, part.top, part.bottom)), part]);
    }
    // From the middle of the view outwards.
    waiting = coming.sort((a, b) => b[0] - a[0]).map(([, part]) => part);
    fill();
  }

  return {
    update,

    /** Render what has just been marked. */
    refresh() {
      if (!last || due) return;
      due = requestAnimationFrame(() => {
        due = 0;
        if (last && view.svg === known) update(last.transform, last.named);
      });
    },

    /** Colour the crowd anew. */
    recolour() {
      if (drawing && view.svg === known) colour();
    },

    /** Render everything, for paper. */
    showAll() {
      for (const part of parts) show(part, true);
    },

    /** Render a part that is about to have the focus. @param {string} id */
    showPart(id) {
      const part = view.svg === known ? byId.get(id) : undefined;
      if (part) show(part, true);
    },

    /**
     * Whether a part is seen at a transform, or is the result's number, which is told wherever it stands.
     * @param {string} id
     * @param {Transform} transform
     */
    isSeen(id, { x, y, k }) {
      const part = view.svg === known ? byId.get(id) : undefined;
      if (!part || id.endsWith("->@output")) return true;
      const { width, height } = room();
      return part.left * k + x < width && part.right * k + x > 0 && part.top * k + y < height && part.bottom * k + y > 0;
    },

    /**
     * Return the node of the crowd at a place of the view.
     * @param {{x: number, y: number}} place
     * @returns {string | null}
     */
    nodeAt({ x, y }) {
      if (!last || !far || view.svg !== known) return null;
      const { transform } = last;
      const [across, down] = [(x - transform.x) / transform.k, (y - transform.y) / transform.k];
      let nearest = null;
      let least = REACH / transform.k;
      for (const { id, edge, left, top, right, bottom } of parts) {
        if (edge) continue;
        const distance = Math.hypot(outside(across, left + TEXTS, right - TEXTS), outside(down, top + TEXTS, bottom - TEXTS));
        if (distance < least) [nearest, least] = [id, distance];
      }
      return nearest;
    },
  };
}
