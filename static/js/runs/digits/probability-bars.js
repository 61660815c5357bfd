/** Bars of the classes' probabilities, with numbers; a class can be chosen. */

import { make } from "../../kit/element.js";
import { numberText } from "../../kit/number-text.js";

/** Format a probability beside its bar. @param {number} probability */
export const probabilityText = (probability) => (Number.isFinite(probability) ? probability.toFixed(3) : "NaN");

/**
 * @param {import("../../kit/types.js").Translate} t
 * @param {(digit: number) => void} onChoose
 */
export function createProbabilityBars(t, onChoose) {
  const element = make("div", { class: "bars", role: "radiogroup" });
  /** @type {{button: HTMLButtonElement, fill: HTMLElement, number: HTMLElement}[]} */
  let rows = [];

  /** @param {number} count */
  function build(count) {
    rows = Array.from({ length: count }, (_, digit) => {
      const [fill, number] = [make("span", { class: "fill" }), make("span", { class: "number" })];
      const button = make(
        "button",
        { type: "button", role: "radio", class: "bar-row" },
        make("span", { class: "digit" }, digit),
        make("span", { class: "track" }, fill),
        number,
      );
      button.addEventListener("click", () => onChoose(digit));
      return { button, fill, number };
    });
    element.replaceChildren(...rows.map(({ button }) => button));
  }

  return {
    element,
    /**
     * @param {{probabilities: number[], scores: number[], predicted: number} | null} answer null without an image
     * @param {number | null} chosen
     * @param {number} classes
     */
    show(answer, chosen, classes) {
      if (rows.length !== classes) build(classes);
      element.setAttribute("aria-label", t("Probabilities; choose the digit to take the gradient for"));
      rows.forEach(({ button, fill, number }, digit) => {
        const probability = answer ? Number(answer.probabilities[digit]) : 0;
        const score = answer ? Number(answer.scores[digit]) : 0;
        fill.style.width = `${100 * (Number.isFinite(probability) ? probability : 0)}%`;
        number.textContent = answer ? probabilityText(probability) : "";
        button.classList.toggle("predicted", answer?.predicted === digit);
        button.setAttribute("aria-checked", String(digit === chosen));
        button.tabIndex = digit === (chosen ?? 0) ? 0 : -1;
        const said = answer ? t("{digit}: probability {p}, score {s}", { digit, p: probabilityText(probability), s: numberText(score) }) : String(digit);
        button.setAttribute("aria-label", said);
        button.title = answer ? said : "";
      });
    },
  };
}
