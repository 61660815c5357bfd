/** What the inspector says at a kink: where, the slopes of both sides, the convention and its alternatives. */

import { kinkWords } from "../../figure/picture/kink-marks.js";
import { make } from "../../kit/element.js";
import { formulaElement } from "../../kit/formula.js";
import { BOX, SMALL_BOX } from "./corner.js";
import { cornerView } from "./corner-view.js";

/** @typedef {import("../../figure/answers.js").ExplainedKink} ExplainedKink */
/** @typedef {import("../../figure/answers.js").KinkPlace} KinkPlace */

/** Most pictures of one kink. */
const MOST = 4;

/**
 * Return the places to draw: one for each pair of slopes, with how many edges or elements it stands for.
 * @param {readonly ExplainedKink[]} kinks those of one kink, one an edge
 * @returns {{kink: ExplainedKink, place: KinkPlace}[]}
 */
export function placesToDraw(kinks) {
  const seen = new Set();
  return kinks
    .flatMap((kink) => kink.places.map((place) => ({ kink, place })))
    .filter(({ kink, place }) => {
      const key = JSON.stringify([kinks.length > 1 && kink.edge, place.left, place.right, place.passed]);
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MOST);
}

/**
 * @param {import("../../figure/types.js").App} app
 * @param {(edge: string) => string} nameOfEdge
 */
export function createKinkSections(app, nameOfEdge) {
  const { t } = app;
  const titles = {
    corner: t("At a kink"),
    step: t("At a jump"),
    edge: t("At the edge of the domain"),
    removable: t("At a gap in the formula"),
  };

  /**
   * Return the sentence of the first edge: pictures tell of the others.
   * @param {readonly ExplainedKink[]} kinks
   */
  const sentences = (kinks) => (hasPicture(kinks) ? kinks.slice(0, 1) : kinks).map(({ sentence }) => sentence);

  /**
   * Name the usual convention where another one is chosen: the reason told is its own.
   * @param {ExplainedKink} kink
   */
  function usual({ choices }) {
    const own = choices.find((choice) => choice.default);
    return own && !own.chosen && `${t("The usual convention is “{name}”.", { name: own.title })} `;
  }

  /** @param {readonly ExplainedKink[]} kinks */
  const hasPicture = ([first]) => first !== undefined && first.kind !== "step";

  /** @param {readonly ExplainedKink[]} kinks */
  function pictures(kinks) {
    const drawn = hasPicture(kinks) ? placesToDraw(kinks) : [];
    const elements = kinks.reduce((sum, { count }) => sum + count, 0);
    return (
      drawn.length > 0 &&
      make(
        "div",
        { class: "corners" },
        drawn.map(({ kink, place }) =>
          make(
            "figure",
            { "data-light": kink.edge },
            cornerView(place, kinkWords(t, { ...kink, count: 1, places: [place] }), drawn.length > 1 ? SMALL_BOX : BOX),
            (kinks.length > 1 || elements > 1) &&
              make("figcaption", {}, kinks.length > 1 && nameOfEdge(kink.edge), place.index.length > 0 && ` [${place.index.join(", ")}]`),
          ),
        ),
      )
    );
  }

  /** @param {ExplainedKink} kink */
  function choices({ kink, choices }) {
    return (
      choices.length > 1 &&
      make(
        "div",
        { class: "choices conventions", role: "radiogroup", "aria-label": t("Convention at this kink") },
        choices.map(({ name, title, default: usual, chosen }) =>
          make(
            "button",
            { type: "button", role: "radio", "data-key": `${kink} ${name}`, "data-convention": name, "data-usual": usual, "aria-checked": String(chosen), tabindex: chosen ? 0 : -1 },
            title,
          ),
        ),
      )
    );
  }

  /** @param {import("../../figure/answers.js").Explanation} answer */
  return ({ kinks = [] }) => {
    const names = [...new Set(kinks.map(({ kink }) => kink))];
    return names.map((name) => {
      const own = kinks.filter(({ kink }) => kink === name);
      const [first] = own;
      return (
        first &&
        make(
          "section",
          { class: "why kink-section", "data-key": `kink ${name}` },
          make("h3", {}, titles[first.kind], " ", make("span", { class: "kink-place" }, formulaElement(first.place))),
          sentences(own).map((sentence) => make("p", {}, sentence)),
          pictures(own),
          choices(first),
          make("p", { class: "muted" }, usual(first), first.why),
          first.elsewhere && make("div", { class: "elsewhere-slot", "data-key": first.elsewhere, "data-live": true }),
        )
      );
    });
  };
}
