/** A push in the picture: on every edge behind it the true change beside slope × Δ, with the gap between two bars. */

import { makeSvg } from "../../kit/element.js";
import { boxOfTensor } from "../../figure/picture/cell-lights.js";
import { createLayer } from "./layer.js";
import { letter, NOTES, sized, sizeOf } from "./letters.js";

/** Longest bar. */
const LONGEST = 44;
/** Size of letters above which there is no room for bars. */
const NEAR = 15;

/** @param {import("../../figure/types.js").View} view */
export function createPushMarks(view) {
  /** Where the mark above a number stands. @param {Element} edge */
  function onNumber(edge) {
    const text = /** @type {SVGTextElement | null} */ (edge.querySelector(":scope > text.value"));
    const size = text ? sizeOf(text) : 0;
    if (!text || size === 0) return null;
    // Beside a line that runs down a number begins at its place.
    const middle = text.classList.contains("left") ? LONGEST / 2 : 0;
    return { x: Number(text.getAttribute("x")) + middle, y: Number(text.getAttribute("y")), size };
  }

  /** The same for a tensor. @param {Element} edge */
  function onTensor(edge) {
    const drawn = edge.querySelector(":is(.cells, .heat).value");
    if (!drawn) return null;
    const { x, y, width } = boxOfTensor(drawn);
    const size = Math.max(13, letter(view.svg));
    // A heat map has a line of notes there.
    const off = drawn.localName === "image" ? NOTES : 0;
    return { x: x + width / 2, y: y - off + 0.65 * size, size };
  }

  /**
   * @param {Element} edge
   * @param {import("../../figure/answers.js").NudgeAnswer["pushes"][number]} push
   */
  function mark(edge, push) {
    if (edge.classList.contains("dim")) return [];
    const found = push.where.length > 0 ? onTensor(edge) : onNumber(edge);
    if (!found) return [];
    const { x, y, size } = found;
    const [own, straight] = [Number(push.true), Number(push.straight)];
    const longest = Math.max(Math.abs(own), Math.abs(straight));
    const bar = (/** @type {string} */ kind, /** @type {number} */ change, /** @type {number} */ up) => {
      const length = longest > 0 && Number.isFinite(change) ? (Math.abs(change) / longest) * LONGEST : 0;
      return makeSvg("rect", { class: `push-bar ${kind}`, x: x - LONGEST / 2, y: y - up, width: length, height: 3 });
    };
    const words = makeSvg("text", { class: "push-numbers", x, y: y - size }, push.where.length > 0 && `[${push.where.join(", ")}] `,
      makeSvg("tspan", { class: "true" }, push.true_short), " ", makeSvg("tspan", { class: "straight" }, push.straight_short));
    if (size > NEAR) return [sized(words, size)];
    return [sized(words, size), bar("true", own, 2 * size + 4), bar("straight", straight, 2 * size)];
  }

  /** @type {import("../../figure/answers.js").NudgeAnswer["pushes"]} */
  let pushes = [];
  /** @type {import("../../figure/answers.js").GraphGroup[]} */
  let groups = [];
  const layer = createLayer(view, (group, edges) => {
    group.setAttribute("class", "pushes");
    const byId = new Map(pushes.map((push) => [push.id, push]));
    for (const edge of edges) {
      const source = edge.getAttribute("data-source") ?? "";
      // A closed layer stands for its result.
      const push = byId.get(groups.find(({ id }) => id === source)?.output ?? source);
      if (push) group.append(...mark(edge, push));
    }
  });

  return {
    /**
     * @param {import("../../figure/answers.js").NudgeAnswer} answer
     * @param {import("../../figure/answers.js").Graph} graph
     */
    show(answer, graph) {
      ({ pushes } = answer);
      ({ groups } = graph);
      layer.draw();
    },
    clear: layer.clear,
  };
}
