/** A slider that chooses one matrix of a tensor with more than two axes. */

import { make } from "../../kit/element.js";
import { indexOf, matrixShape } from "../../kit/tensor-values.js";

/**
 * @param {import("../../kit/types.js").Translate} t
 * @param {(item: number) => void} onChange
 */
export function createItemPicker(t, onChange) {
  const element = make("div", { class: "item-picker" });

  /** @param {number} items @param {number} item */
  function build(items, item) {
    const input = make("input", { type: "range", min: 0, max: items - 1, step: 1, value: item, "aria-label": t("Matrix of the tensor") });
    input.addEventListener("input", () => onChange(input.valueAsNumber));
    element.replaceChildren(make("output"), input);
    return input;
  }

  return {
    element,
    /** @param {readonly number[]} shape @param {number} item the matrix shown, from 0 */
    show(shape, item) {
      const { items } = matrixShape(shape);
      element.hidden = items < 2;
      if (items < 2) return element.replaceChildren();
      const input = element.querySelector("input") ?? build(items, item);
      input.max = String(items - 1);
      input.value = String(item);
      const index = element.querySelector("output");
      if (index) index.textContent = `[${indexOf(shape, item, 0, 0).slice(0, -2).join(", ")}]`;
    },
    /** Rebuild the slider at the next `show`, for another tensor or language. */
    reset: () => element.replaceChildren(),
  };
}
