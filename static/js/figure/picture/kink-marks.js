/** The marks of edges at a kink, kept up to date while numbers move. */

/** @typedef {import("../answers.js").EdgeKink} EdgeKink */

/**
 * Say in one line what happens at the kinks of an edge.
 * @param {import("../../kit/types.js").Translate} t
 * @param {EdgeKink} kink
 */
export function kinkWords(t, { count, places }) {
  const [place] = places;
  if (!place) return t("At a kink");
  const side = (/** @type {string} */ text, /** @type {unknown} */ slope) => (slope === null ? t("none") : text);
  const slopes = {
    left: side(place.left_text, place.left),
    right: side(place.right_text, place.right),
    passed: place.passed_text,
    n: count,
    index: place.index.join(", "),
  };
  return count > 1
    ? t("{n} elements at a kink; at [{index}] the slope is {left} from the left, {right} from the right, {passed} passed back", slopes)
    : t("At a kink: the slope is {left} from the left, {right} from the right, {passed} passed back", slopes);
}

/**
 * Mark exactly these edges, each with its words.
 * @param {import("../types.js").View} view
 * @param {import("../../kit/types.js").Translate} t
 * @param {readonly EdgeKink[]} kinks
 */
export function showKinks(view, t, kinks) {
  const edges = new Set(kinks.map(({ edge }) => edge));
  for (const marked of view.svg?.getElementsByClassName("at-kink") ?? []) {
    if (!edges.has(marked.getAttribute("data-id") ?? "")) marked.removeAttribute("aria-description");
  }
  view.mark("at-kink", edges);
  for (const kink of kinks) {
    const edge = view.element(kink.edge);
    const words = kinkWords(t, kink);
    const title = edge?.querySelector(".kink title");
    if (title) title.textContent = words;
    edge?.setAttribute("aria-description", words);
  }
}
