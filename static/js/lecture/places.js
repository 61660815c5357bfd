/** Mounts the figures of a lesson: the first at once, the others when they come near or are needed. */

import { make } from "../kit/element.js";
import { SPECIAL_FIGURES } from "./figures.js";
import { mountGraph } from "./graph-figure.js";

/** @typedef {import("../figure/types.js").Figure} Figure */
/** @typedef {import("./types.js").Lesson} Lesson */
/** @typedef {import("./types.js").LessonFigure} LessonFigure */

/** Distance from the screen at which a figure is mounted. */
const NEAR = "800px 0px";

/**
 * @param {HTMLElement} root
 * @param {Lesson} lesson
 * @param {Record<string, Partial<import("../figure/types.js").State>>} kept changes of the figures before a reload
 */
export function createPlaces(root, lesson, kept) {
  const { t } = lesson;
  /** @type {Map<string, {place: HTMLElement, data: LessonFigure, placed: Promise<Figure | null> | null, figure: Figure | null, inside?: Figure}>} */
  const all = new Map();
  for (const data of lesson.data.figures) {
    const place = /** @type {HTMLElement | null} */ (root.querySelector(`[data-figure="${data.id}"]`));
    if (place) all.set(data.id, { place, data, placed: null, figure: null });
  }

  /** @type {(id: string) => void} */
  let onDrawn = () => {};

  /**
   * @param {HTMLElement} place
   * @param {unknown} error
   */
  function showError(place, error) {
    // The other figures still work; the console has the error.
    reportError(error);
    const why = error instanceof Error ? error.message : String(error);
    const host = place.querySelector("[data-host]") ?? place.querySelector(".figure-controls") ?? place;
    const message = make("p", { class: "figure-problem", role: "alert" }, t("This figure could not be drawn: {why}", { why }));
    if (host.matches("[data-host]")) host.replaceChildren(message);
    else if (!host.querySelector(".figure-problem:not([hidden])")) host.prepend(message);
  }

  /** @param {string} id @returns {Promise<Figure | null>} null for a special figure without a graph */
  function place(id) {
    const item = all.get(id);
    if (!item) return Promise.reject(new Error(t("there is no figure {id}", { id })));
    item.placed ??= draw(item).catch((error) => {
      showError(item.place, error);
      throw error;
    });
    return item.placed;
  }

  /** @param {{place: HTMLElement, data: LessonFigure, figure: Figure | null, inside?: Figure}} item */
  async function draw(item) {
    const { place, data } = item;
    if (data.kind === "graph") {
      item.figure = await mountGraph(place, data, lesson, kept[data.id]);
      item.figure.app.on("picture", () => onDrawn(data.id));
      onDrawn(data.id);
      place.dataset.drawn = "";
      return item.figure;
    }
    const special = SPECIAL_FIGURES[data.kind];
    if (!special) throw new Error(t("there is no figure of kind {kind}", { kind: data.kind }));
    const host = /** @type {HTMLElement} */ (place.querySelector("[data-host]"));
    const graph = await special.mount(host, data, lesson);
    if (graph) {
      item.inside = graph;
      graph.app.on("picture", () => onDrawn(data.id));
      onDrawn(data.id);
    }
    place.dataset.drawn = "";
    return graph ?? null;
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        place(String(/** @type {HTMLElement} */ (target).dataset.figure)).catch(() => {});
      }
    },
    { rootMargin: NEAR },
  );

  return {
    async start() {
      const [first] = all.keys();
      // The first one has the browser and the network to itself.
      if (first) await place(first).catch(() => {});
      for (const { place } of all.values()) near.observe(place);
    },
    place,
    /** @param {(id: string) => void} fn called after each drawing of a figure */
    onPicture(fn) {
      onDrawn = fn;
    },
    /** Mount every figure, for a handout. */
    async placeAll() {
      await Promise.allSettled([...all.keys()].map(place));
    },
    /** Return the graphs drawn so far. @returns {Map<string, Figure>} */
    drawn: () => new Map([...all].flatMap(([id, { figure }]) => (figure ? [[id, figure]] : []))),
    /** Return the graph of a figure, or the one inside a special figure, once drawn. @param {string} id */
    graph: (id) => all.get(id)?.figure ?? all.get(id)?.inside ?? null,
    /** @param {string} id @returns {HTMLElement | null} */
    element: (id) => all.get(id)?.place ?? null,
  };
}
