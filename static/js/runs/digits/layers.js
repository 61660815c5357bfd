/** One image through the net: values and gradients of every node between the layers. */

import { divergingScale, POLES, scaleOf, UNKNOWN } from "../../kit/diverging-scale.js";
import { make } from "../../kit/element.js";
import { cellText, numberText } from "../../kit/number-text.js";
import { createCellPicture } from "./cell-picture.js";

/** @typedef {import("../../figure/answers.js").Of} Of */
/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */
/** @typedef {import("../client/types.js").PredictAnswer} PredictAnswer */

/** Maximum cells per row. */
const ACROSS = 50;
const NAMES = { relu: "ReLU", sigmoid: "sigmoid", tanh: "tanh" };

/** @param {import("../../kit/types.js").Tensor} tensor */
const numbers = (tensor) => (Array.isArray(tensor) ? tensor.map(Number) : [Number(tensor)]);

/** @param {import("../client/types.js").RunSession} session */
export function createDigitLayers({ t, announce }) {
  const element = make("div", { class: "layers" });
  const readout = make("p", { class: "layer-readout" });
  const [forwardHead, backwardHead] = [make("span"), make("span")];
  const head = make("div", { class: "layer-head muted", "aria-hidden": "true" }, make("span"), forwardHead, backwardHead);
  /** @type {{id: string, name: HTMLElement, parts: Record<Of, ReturnType<typeof createPart>>}[]} */
  let rows = [];

  /** @param {string} id @param {Of} of */
  function createPart(id, of) {
    /** @type {number[]} */
    let values = [];
    let columns = 1;
    const picture = createCellPicture({
      onCursor(cell, from) {
        picture.setCursor(cell);
        const at = cell ? cell.row * columns + cell.column : -1;
        const said = cell ? `${of === "value" ? "" : "∂ "}${id}[${at}] = ${numberText(Number(values[at]))}` : "";
        readout.textContent = said;
        readout.className = `layer-readout ${of === "value" ? "forward" : "backward"}`;
        if (cell && from === "keys") announce(said);
      },
    });
    const scaleText = make("span", { class: "strip-scale" });
    const strip = make("div", { class: `strip ${of === "value" ? "forward" : "backward"}` }, picture.element, scaleText);
    return {
      strip,
      /** @param {number[]} next @param {Rgb} paper */
      show(next, paper) {
        values = next;
        columns = Math.min(ACROSS, next.length);
        const lines = Math.ceil(next.length / columns);
        const scale = scaleOf(next);
        const palette = { negative: POLES.negative, positive: POLES.positive, zero: paper, nan: UNKNOWN };
        picture.element.style.setProperty("--columns", String(columns));
        picture.element.style.setProperty("--lines", String(lines));
        picture.show({ rows: lines, columns, values: next, colour: divergingScale(palette, scale) });
        scaleText.textContent = `±${cellText(scale)}`;
        const said = of === "value" ? t("{name}: values of {n} units, the largest {max}", { name: id, n: next.length, max: numberText(scale) }) : t("{name}: gradients of {n} units, the largest {max}", { name: id, n: next.length, max: numberText(scale) });
        picture.element.setAttribute("aria-label", said);
      },
    };
  }

  /**
   * @param {string} id
   * @param {number} last index of the last layer
   * @param {import("../client/types.js").Activation} activation
   */
  function words(id, last, activation) {
    if (id.startsWith("z")) return NAMES[activation];
    return id === `a${last}` ? t("scores") : "affine";
  }

  return {
    element,
    readout,
    /**
     * @param {PredictAnswer} answer
     * @param {import("../client/types.js").RunOptions} options
     * @param {Rgb} paper
     */
    show({ nodes }, { hidden, activation }, paper) {
      const ids = Object.keys(nodes);
      if (ids.join() !== rows.map(({ id }) => id).join()) {
        rows = ids.map((id) => ({ id, name: make("span"), parts: { value: createPart(id, "value"), grad: createPart(id, "grad") } }));
        element.replaceChildren(
          head,
          ...rows.map(({ id, name, parts }) => make("div", { class: "layer-row" }, make("p", {}, make("code", {}, id), " ", name), parts.value.strip, parts.grad.strip)),
        );
      }
      forwardHead.textContent = t("forward: values");
      backwardHead.textContent = t("backward: gradients");
      for (const { id, name } of rows) name.textContent = words(id, hidden.length + 1, activation);
      for (const { id, parts } of rows) {
        const node = nodes[id];
        if (!node) continue;
        parts.value.show(numbers(node.value), paper);
        parts.grad.show(numbers(node.grad), paper);
      }
    },
  };
}
