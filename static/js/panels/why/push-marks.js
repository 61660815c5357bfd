/** A push in the picture: on every edge behind it the true change beside slope × Δ, with the gap between two bars. */

import { makeSvg } from "../../kit/element.js";
import { boxOfTensor } from "../../figure/picture/cell-lights.js";
import { createLayer } from "./layer.js";
import { letter, NOTES, sized } from "./letters.js";
import { createRoom, LETTER, placeOf } from "./room.js";

/** Longest bar. */
const LONGEST = 44;
/** Size of letters above which there is no room for bars. */
const NEAR = 15;
/** Space between a number and a mark beside it. */
const GAP = 6;

/** @param {import("../../figure/types.js").View} view */
export function createPushMarks(view) {
  const room = createRoom(view);

  /** Where the mark above a number stands. @param {Element} edge */
  function onNumber(edge) {
    const place = placeOf(edge.querySelector(":scope > text.value"));
    if (!place) return null;
    const { x, y, half, size, beside } = place;
    return { x: beside ? x - half + LONGEST / 2 : x, y, size, right: { x: x + half + GAP, y }, under: { x: x - half, y: y + (beside ? 2.8 : 3.2) * size } };
  }

  /** The same for a tensor. @param {Element} edge */
  function onTensor(edge) {
    const drawn = edge.querySelector(":is(.cells, .heat).value");
    if (!drawn) return null;
    const { x, y, width, height } = boxOfTensor(drawn);
    const size = Math.max(13, letter(view.svg));
    // A heat map has a line of notes there.
    const off = drawn.localName === "image" ? NOTES : 0;
    return { x: x + width / 2, y: y - off + 0.65 * size, size, right: { x: x + width + GAP, y: y + height / 2 + 0.35 * size }, under: null };
  }

  /**
   * @param {Element} edge
   * @param {import("../../figure/answers.js").NudgeAnswer["pushes"][number]} push
   */
  function mark(edge, push) {
    if (edge.classList.contains("dim")) return [];
    const found = push.where.length > 0 ? onTensor(edge) : onNumber(edge);
    if (!found) return [];
    const { x, y, size, right, under } = found;
    const [own, straight] = [Number(push.true), Number(push.straight)];
    const longest = Math.max(Math.abs(own), Math.abs(straight));
    const where = push.where.length > 0 ? `[${push.where.join(", ")}] ` : "";
    const width = `${where}${push.true_short} ${push.straight_short}`.length * LETTER * size;
    const words = (/** @type {string} */ name, /** @type {number} */ x, /** @type {number} */ y) =>
      sized(makeSvg("text", { class: `push-numbers${name}`, x, y }, where, makeSvg("tspan", { class: "true" }, push.true_short), " ", makeSvg("tspan", { class: "straight" }, push.straight_short)), size);
    const box = (/** @type {number} */ left, /** @type {number} */ y, height = 0.75 * size) => ({ x: left, y: y - height, width, height });
    const bar = (/** @type {string} */ kind, /** @type {number} */ change, /** @type {number} */ up) => {
      const length = longest > 0 && Number.isFinite(change) ? (Math.abs(change) / longest) * LONGEST : 0;
      return makeSvg("rect", { class: `push-bar ${kind}`, x: x - LONGEST / 2, y: y - up, width: length, height: 3 });
    };
    const down = push.where.length > 0 && view.svg?.dataset.direction === "down";
    if (size <= NEAR && !down && room.take(box(x - width / 2, y - size, size + 4))) {
      return [words("", x, y - size), bar("true", own, 2 * size + 4), bar("straight", straight, 2 * size)];
    }
    // Where something stands above, or a line runs down from a node, there is room beside.
    if (!down && room.take(box(x - width / 2, y - size))) return [words("", x, y - size)];
    if (room.take(box(right.x, right.y)) || !under) return [words(" beside", right.x, right.y)];
    // Where a number stands beside, there may be room under the gradient; no mark hides a number.
    return room.take(box(under.x, under.y)) ? [words(" beside", under.x, under.y)] : [];
  }

  /** @type {import("../../figure/answers.js").NudgeAnswer["pushes"]} */
  let pushes = [];
  /** @type {import("../../figure/answers.js").GraphGroup[]} */
  let groups = [];
  const layer = createLayer(view, (group, edges) => {
    room.clear();
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
