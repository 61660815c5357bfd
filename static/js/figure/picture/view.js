/** The server's picture on the page: its elements by id, its texts and its marks. */

import { boxOf } from "./boxes.js";
import { putAway } from "./crowd.js";
import { createFailingMark, FAILING_WIDTH } from "./failing-mark.js";
import { displaysIn, drawnTensors, refreshTensor, refreshTerms } from "./tensors.js";
import { wordsIn } from "./words.js";

/** @typedef {import("../answers.js").Graph} Graph */
/** @typedef {import("../answers.js").Values} Values */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Parse a picture into an element of this document.
 * @param {string} text an SVG document
 * @returns {SVGSVGElement}
 */
function parsePicture(text) {
  // A template's parser takes half the time of an XML parser.
  const place = document.createElement("template");
  place.innerHTML = text;
  const root = place.content.firstElementChild;
  if (root?.localName !== "svg") throw new Error("the picture is no SVG");
  return /** @type {SVGSVGElement} */ (document.adoptNode(root));
}

/** Pause after new numbers before they are written beside the view too, in milliseconds. */
const REST = 150;

/** Layers of a picture, by what they hold. */
const LAYERS = /** @type {const} */ ({ edges: "edge", nodes: "node", groups: "group" });

/**
 * The text elements of one edge and the numbers they show, looked up once per picture.
 * @typedef {object} EdgeTexts
 * @property {Element | null} value
 * @property {Element | null} grad
 * @property {number} source index of the node whose value the edge carries
 * @property {number} edge index of the edge, or -1
 * @property {string} id
 */

/**
 * @param {HTMLElement} canvas
 * @param {() => Graph | null} currentGraph
 */
export function createPictureView(canvas, currentGraph) {
  /** @type {SVGSVGElement | null} */
  let svg = null;
  /** @type {SVGGElement | null} */
  let viewport = null;
  let size = { width: 0, height: 0 };
  /** @type {Map<string, SVGGElement>} */
  let elements = new Map();
  /** @type {Record<"edge" | "node" | "group", SVGGElement[]>} */
  let parts = { edge: [], node: [], group: [] };
  /** @type {Map<string, string[]>} class → ids that carry it */
  const marks = new Map();
  /** @type {Map<string, EdgeTexts> | null} by edge */
  let edgeTexts = null;
  /** Numbers that the parts not rendered do not show yet. @type {Values | null} */
  let newest = null;
  /** Whether parts that are rendered do not show them either, for they are beside the view. */
  let behind = false;
  let resting = 0;
  /** @type {import("./tensors.js").DrawnTensor[]} looked up together with the texts */
  let tensors = [];
  /**
   * Gradient sums below nodes that are read more than once, values below unread ones and the output, by node.
   * @type {Map<string, {element: Element, node: number, value: boolean}>}
   */
  let noted = new Map();
  /** Nodes marked as failing last. @type {string | null} */
  let failing = null;

  /** @param {string} className */
  function applyMark(className) {
    const ids = new Set(marks.get(className));
    for (const element of [...(svg?.getElementsByClassName(className) ?? [])]) {
      const id = element.getAttribute("data-id") ?? "";
      if (!ids.has(id) && elements.get(id) === element) element.classList.remove(className);
    }
    for (const id of ids) elements.get(id)?.classList.add(className);
  }

  function findTexts() {
    const graph = currentGraph();
    if (!graph || !svg) return new Map();
    const nodes = new Map(graph.nodes.map((node, i) => [node.id, i]));
    const edges = new Map(graph.edges.map((edge, k) => [edge.id, k]));
    for (const group of graph.groups) nodes.set(group.id, nodes.get(group.output) ?? -1);
    nodes.set("@output", nodes.get(graph.output ?? "") ?? -1);
    tensors = drawnTensors(svg);
    noted = new Map(
      [...svg.querySelectorAll(".nodes .sum-value, .nodes .unread-value")].map((element) => {
        const id = element.closest("[data-id]")?.getAttribute("data-id") ?? "";
        return [id, { element, value: element.classList.contains("unread-value"), node: nodes.get(id) ?? -1 }];
      }),
    );
    const texts = parts.edge.map((element) => {
      const id = element.getAttribute("data-id") ?? "";
      return {
        id,
        // Blanks stay blank.
        value: element.querySelector(".value-box") ? null : element.querySelector("text.value"),
        grad: element.querySelector(".grad-box") ? null : element.querySelector("text.grad"),
        source: nodes.get(element.getAttribute("data-source") ?? "") ?? -1,
        edge: edges.get(id) ?? -1,
      };
    });
    return new Map(texts.map((texts) => [texts.id, texts]));
  }

  /** @param {Element | null} element @param {string | null | undefined} text */
  function setText(element, text) {
    if (element && text !== null && text !== undefined && element.textContent !== text) element.textContent = text;
  }

  /** @param {EdgeTexts} texts @param {Values} values */
  function setEdge({ id, value, grad, source, edge }, values) {
    setText(value, values.value_texts[source]);
    if (edge >= 0) setText(grad, values.edge_grad_texts[edge]);
    else if (id in values.groups) setText(grad, values.groups[id]?.grad_text);
    else if (id.endsWith("->@output")) setText(grad, values.grad_texts[source]);
  }

  /** The ids of the parts that are rendered. */
  function* rendered() {
    for (const layer of viewport?.children ?? []) {
      for (const part of layer.children) yield part.getAttribute("data-id") ?? "";
    }
  }

  /**
   * Mark the nodes where NaN or an infinity appears; a closed layer stands for its inner nodes.
   * @param {string[]} ids
   */
  function markFailing(ids) {
    const said = JSON.stringify(ids);
    if (said === failing) return;
    failing = said;
    const shown = new Set();
    const groups = new Map(currentGraph()?.groups.map((group) => [group.id, group.parent]));
    const nodes = new Map(currentGraph()?.nodes.map((node) => [node.id, node.group]));
    for (const id of ids) {
      let at = /** @type {string | null | undefined} */ (id);
      for (; at && !elements.has(at); at = nodes.has(at) ? nodes.get(at) : groups.get(at));
      if (at) shown.add(at);
    }
    for (const element of parts.node) {
      if (!element.classList.contains("ends-here")) {
        element.classList.toggle("failing", shown.has(element.getAttribute("data-id")));
      }
    }
  }

  const view = {
    get svg() {
      return svg;
    },
    get viewport() {
      return viewport;
    },
    /** Width and height of the picture in its own coordinates. */
    get size() {
      return size;
    },
    get elements() {
      return elements;
    },
    /** @type {import("../types.js").View["parts"]} */
    parts: (kind) => parts[kind],

    /**
     * Replace the picture.
     * @param {string | SVGSVGElement} picture an SVG document, or its element
     */
    insert(picture) {
      const next = typeof picture === "string" ? parsePicture(picture) : picture;
      const box = next.viewBox.baseVal;
      size = { width: box.width, height: box.height };
      // From here on the zoom decides what is visible.
      for (const attribute of ["viewBox", "width", "height"]) next.removeAttribute(attribute);
      viewport = document.createElementNS(SVG, "g");
      viewport.setAttribute("class", "viewport");
      viewport.append(...next.childNodes);
      next.append(viewport);
      elements = new Map();
      parts = { edge: [], node: [], group: [] };
      for (const layer of viewport.children) {
        const kind = LAYERS[/** @type {keyof typeof LAYERS} */ (layer.getAttribute("class"))];
        if (!kind) continue;
        parts[kind] = /** @type {SVGGElement[]} */ ([...layer.children]);
        for (const element of parts[kind]) {
          elements.set(element.getAttribute("data-id") ?? "", element);
          // Tab reaches one part only (interaction.js).
          element.setAttribute("tabindex", "-1");
        }
      }
      edgeTexts = null;
      newest = null;
      behind = false;
      failing = null;
      putAway(elements);
      if (svg) svg.replaceWith(next);
      else canvas.replaceChildren(next);
      svg = next;
      // Which gradients a broken rule makes wrong, the server has drawn.
      marks.delete("wrong");
      for (const className of marks.keys()) applyMark(className);
      return next;
    },

    /**
     * Take over what a newer picture of the same graph says to a screen reader, of nodes, edges and layers.
     * @param {string} text an SVG document
     */
    renewWords(text) {
      for (const [id, words] of wordsIn(text)) {
        const element = elements.get(id);
        if (element && element.getAttribute("aria-label") !== words) element.setAttribute("aria-label", words);
      }
    },

    /**
     * Add the mark of a failing statement behind the last node.
     * @param {string} caption text below the mark
     * @param {string} spoken
     * @param {() => void} onChoose
     */
    addFailing(caption, spoken, onChoose) {
      const end = view.box("@output") ?? [...elements.keys()].map((id) => view.box(id)).at(-1);
      if (!end || !viewport) return;
      const x = Math.max(size.width, end.x + end.width) + FAILING_WIDTH / 2;
      viewport.append(createFailingMark({ x, y: end.y + end.height / 2 }, caption, spoken, onChoose));
      size = { ...size, width: x + FAILING_WIDTH / 2 };
    },

    /** @param {string} id */
    element: (id) => elements.get(id) ?? null,

    /** @param {string} id */
    box(id) {
      const element = elements.get(id);
      if (!element) return null;
      return boxOf(element);
    },

    /** @param {string} id */
    centre(id) {
      const box = view.box(id);
      return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    },

    /** @type {import("../types.js").View["mark"]} */
    mark(className, ids) {
      const [before, now] = [marks.get(className), [...ids]];
      // While numbers move, the same parts are marked again and again.
      if (before?.length === now.length && before.every((id, k) => id === now[k])) return;
      marks.set(className, now);
      applyMark(className);
      view.marked();
    },

    /** @type {import("../types.js").View["light"]} */
    light(lit) {
      const on = lit ? [...(lit.nodes ?? []), ...(lit.edges ?? [])] : [];
      const done = lit ? [...(lit.done ?? [])] : [];
      const plain = new Set([...on, ...done]);
      view.mark("lit", on);
      view.mark("done", done);
      view.mark("dim", lit ? [...elements.keys()].filter((id) => !plain.has(id)) : []);
    },

    /** @param {Values} values */
    setValues(values) {
      edgeTexts ??= findTexts();
      newest = values;
      // What is not rendered gets its numbers when it comes, what is beside the view when the drag rests.
      for (const id of rendered()) {
        if (view.isSeen(id)) view.freshen(id);
        else behind = true;
      }
      clearTimeout(resting);
      if (behind) resting = window.setTimeout(view.catchUp, REST);
      markFailing(values.failing);
      const graph = currentGraph();
      if (tensors.length === 0 || !graph) return;
      const displays = displaysIn(values, graph);
      for (const drawn of tensors) refreshTensor(drawn, displays(drawn));
      if (svg && values.tensors) refreshTerms(svg, values.tensors);
    },

    /** Write the newest numbers beside the view too: it is about to move, or a drag rests. */
    catchUp() {
      if (!behind) return;
      behind = false;
      clearTimeout(resting);
      for (const id of rendered()) view.freshen(id);
    },

    /** Write the newest numbers into a part. @param {string} id */
    freshen(id) {
      if (!newest) return;
      const texts = edgeTexts?.get(id);
      if (texts) return setEdge(texts, newest);
      const note = noted.get(id);
      if (note) setText(note.element, (note.value ? newest.value_texts : newest.grad_texts)[note.node]);
    },

    /** Called after parts were marked. */
    marked() {},
    /** Whether a part stands in the view; one beside it may show older numbers for a moment. */
    isSeen: (/** @type {string} */ _id) => true,
    /** Called before a part has the focus. */
    showPart(/** @type {string} */ _id) {},
    /** Returns the node at a place of the view, where nodes are too small to be hit. */
    nodeAt: /** @type {(place: {x: number, y: number}) => string | null} */ (() => null),
    reveal(/** @type {string} */ _id) {},
    fit() {},
  };
  return view;
}
