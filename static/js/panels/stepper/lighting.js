/** Lights one step of the walk on the picture, and slides in its new number. */

import { stepState } from "./state.js";

/** @typedef {import("../../figure/answers.js").Step} Step */

/**
 * Return the picture's nodes and edges for `stepState`.
 * @param {import("../../figure/types.js").View} view
 */
function drawnParts(view) {
  const data = (/** @type {Element} */ element, /** @type {string} */ name) => element.getAttribute(`data-${name}`) ?? "";
  return {
    nodes: view.parts("node").map((node) => ({
      id: data(node, "id"),
      kind: data(node, "kind"),
    })),
    edges: view.parts("edge").map((edge) => ({
      id: data(edge, "id"),
      source: data(edge, "source"),
      target: data(edge, "target"),
    })),
  };
}

/** @param {import("../../figure/types.js").App} app */
export function createStepLighting(app) {
  const { view } = app;
  /** The step shown last. @type {number | null} */
  let shown = null;

  /**
   * Slide in the number that a step computes, from where it is computed.
   * @param {SVGSVGElement} svg
   * @param {Step} step
   */
  function slideIn(svg, { phase, node, edges }) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const forward = phase === "forward";
    const texts = forward
      ? [...svg.querySelectorAll(`.edges [data-source="${CSS.escape(node)}"] > .value`)]
      : edges.map((id) => view.element(id)?.querySelector(".grad"));
    for (const text of texts) {
      text?.animate(
        [{ opacity: 0, transform: `translate(${forward ? -18 : 18}px)` }, { opacity: 1, transform: "none" }],
        { duration: 220, easing: "cubic-bezier(0.2, 0, 0.2, 1)" },
      );
    }
  }

  return {
    /**
     * @param {number | null} step from 1; 0 before the first, null for no walk
     * @param {{readonly steps: readonly Step[], readonly count: number | null}} pages
     */
    show(step, { steps, count }) {
      const { svg } = view;
      if (!svg) return;
      if (step === null || count === null) {
        svg.removeAttribute("data-phase");
        view.light(null);
        view.mark("waiting", []);
        shown = step;
        return;
      }
      if (steps.length < Math.min(step, count)) return;
      const active = step ? steps[step - 1] : undefined;
      const { nodes, edges } = drawnParts(view);
      const state = stepState(step, steps, nodes, edges);
      svg.setAttribute("data-phase", active?.phase ?? "forward");
      // The box of an open layer is no part of the walk.
      const boxes = view.parts("group").map((box) => box.getAttribute("data-id") ?? "");
      view.light({ ...state, done: [...state.done, ...boxes] });
      view.mark("waiting", state.waiting);
      if (active && step === (shown ?? 0) + 1) slideIn(svg, active);
      if (active && step !== shown) view.reveal(active.node);
      shown = step;
    },
    /** Treat the next step shown as the first one of another walk. */
    restart() {
      shown = null;
    },
  };
}
