/** Pointer and keys on the picture: select, open and close, move between elements. */

import { arrowTarget } from "./picture/arrow-keys.js";

/** Radius around the centre of a toggle mark that counts as a hit, in pixels. */
const TOGGLE_REACH = 14;

/**
 * @param {import("./types.js").App} app
 * @param {ReturnType<typeof import("./picture/view.js").createPictureView>} view
 * @param {HTMLElement} canvas
 */
export function mountInteraction(app, view, canvas) {
  /** @type {string | null} the one element that Tab reaches */
  let current = null;
  /** @type {string | null} the node from which the focus came to an edge */
  let from = null;
  /** Whether the focus is moved by the page, which has the element in view already. */
  let placing = false;

  /** @param {EventTarget | null} target */
  const partAt = (target) => /** @type {Element | null} */ (target)?.closest?.("[data-id], [data-lid]") ?? null;
  /** Return the part under a pointer, from far the node nearest to it. @param {MouseEvent} event */
  function elementAt(event) {
    const part = partAt(event.target);
    if (part) return part;
    const box = canvas.getBoundingClientRect();
    const near = view.nodeAt({ x: event.clientX - box.left, y: event.clientY - box.top });
    return near === null ? null : view.element(near);
  }
  /** @param {Element | null} element */
  const idOf = (element) => element?.getAttribute("data-id") ?? element?.getAttribute("data-lid") ?? null;

  /** @param {string} id */
  const isGroup = (id) => app.graph?.groups.some((group) => group.id === id) ?? false;

  function shown() {
    const order = new Map((app.graph?.nodes ?? []).map((node, i) => [node.id, i]));
    for (const group of app.graph?.groups ?? []) order.set(group.id, (order.get(group.output) ?? 0) + 0.5);
    const nodes = [...view.parts("group"), ...view.parts("node")].map((element) => idOf(element) ?? "");
    nodes.sort((a, b) => (order.get(a) ?? Infinity) - (order.get(b) ?? Infinity));
    return {
      nodes,
      edges: view.parts("edge").map((edge) => ({
        id: idOf(edge) ?? "",
        source: edge.getAttribute("data-source") ?? "",
        target: edge.getAttribute("data-target") ?? "",
      })),
    };
  }

  /** @param {string | null} id */
  function setCurrent(id) {
    if (current !== null) view.element(current)?.setAttribute("tabindex", "-1");
    current = id;
    if (id !== null) view.element(id)?.setAttribute("tabindex", "0");
  }

  app.on("picture", () => {
    const first = shown().nodes[0] ?? null;
    setCurrent(current !== null && view.element(current) ? current : first);
  });

  /**
   * Whether a pointer hits a group's toggle mark or its close surroundings.
   * @param {Element | null} element
   * @param {MouseEvent} event
   */
  function onToggle(element, event) {
    const box = element?.querySelector(":scope > .toggle")?.getBoundingClientRect();
    if (!box) return false;
    const dx = event.clientX - (box.left + box.width / 2);
    const dy = event.clientY - (box.top + box.height / 2);
    return Math.hypot(dx, dy) <= Math.max(TOGGLE_REACH, box.width);
  }

  /** Give a part the focus where it stands. @param {string} id */
  function focus(id) {
    setCurrent(id);
    view.showPart(id);
    placing = true;
    view.element(id)?.focus({ preventScroll: true });
    placing = false;
  }

  /** What the first of several clicks hit: with the selection its panel comes, and the graph may move away from below. */
  let hit = /** @type {string | null} */ (null);
  canvas.addEventListener("click", (event) => {
    const element = elementAt(event);
    const id = idOf(element);
    if (event.detail > 1 && !onToggle(element, event)) return;
    hit = id;
    // A browser gives the focus only to what is rendered.
    if (id !== null && element !== partAt(event.target)) focus(id);
    if (id !== null && onToggle(element, event)) app.toggleGroup(id);
    else app.select(id);
  });
  canvas.addEventListener("dblclick", (event) => {
    if (hit !== null && isGroup(hit) && !onToggle(elementAt(event), event)) app.toggleGroup(hit);
  });
  canvas.addEventListener("focusin", (event) => {
    const id = idOf(partAt(event.target));
    if (id === null) return;
    setCurrent(id);
    if (!placing && /** @type {Element} */ (event.target).matches(":focus-visible")) app.view.reveal(id);
  });
  // After a click, ← and → step the walk; after keyboard navigation they move between nodes.
  let pointed = false;
  canvas.addEventListener("pointerdown", () => {
    pointed = true;
  });
  document.addEventListener("keydown", (event) => {
    if (["Tab", "ArrowUp", "ArrowDown"].includes(event.key)) pointed = false;
  });
  canvas.addEventListener("keydown", (event) => {
    if (pointed && (event.key === "ArrowLeft" || event.key === "ArrowRight")) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const id = idOf(partAt(event.target));
    if (event.key === "Enter" || event.key === " ") {
      if (id === null) return;
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Enter" && isGroup(id)) app.toggleGroup(id);
      else app.select(id);
      return;
    }
    const graph = shown();
    const next = arrowTarget(graph, id ?? current, event.key, from);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    const wasNode = !graph.edges.some((edge) => edge.id === id);
    if (wasNode) from = id;
    setCurrent(next);
    view.showPart(next);
    view.element(next)?.focus();
  });

  return {
    focus,
    hasFocus: () => canvas.contains(document.activeElement),
    get current() {
      return current;
    },
  };
}
