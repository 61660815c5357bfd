/** Presents a lesson full screen, piece by piece, with the keys that a clicker sends. */

import { motionDuration } from "../figure/picture/zoom.js";
import { make } from "../kit/element.js";
import { slidesOf } from "./slides.js";

/** @typedef {import("./types.js").Lesson} Lesson */

const FORWARD = ["PageDown", "ArrowDown", "Enter", " "];
const BACK = ["PageUp", "ArrowUp", "Backspace"];

/** Ends of an address at which a part is presented, from its title or from its end. */
const [PRESENT, PRESENT_END] = ["#present", "#present-end"];

/** Elements in which keys have a meaning of their own. */
const OWN_KEYS = "input, select, textarea, button, a, [role=radio], dialog, .canvas";

/**
 * @param {Lesson} lesson
 * @param {ReturnType<typeof import("./places.js").createPlaces>} places
 * @param {ReturnType<typeof import("./predictions.js").mountPredictions>} predictions
 * @param {Iterable<import("../figure/types.js").Figure>} figures all graphs on the page, also those in special figures
 */
export function mountPresenter(lesson, places, predictions, figures) {
  const { t } = lesson;
  const page = document.documentElement;
  const body = /** @type {HTMLElement} */ (document.getElementById("lesson-body"));
  const foot = /** @type {HTMLElement} */ (document.getElementById("presenter-foot"));
  const head = /** @type {HTMLElement} */ (document.querySelector(".lesson-head"));
  const blocks = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(":scope > .block")]);
  const slides = slidesOf(
    blocks.map((block) => {
      const waitingFor = lesson.data.predictions.find(({ id }) => id === block.dataset.predict);
      const kind = block.matches(".prose") ? "text" : block.matches(".figure") ? "figure" : block.dataset.predict ? "predict" : "rule";
      return { kind, figure: block.dataset.figure ?? waitingFor?.figure ?? null, length: block.textContent?.length ?? 0 };
    }),
  );
  /** 0 is the title, then the slides, then the end. */
  let at = 0;
  let on = false;
  let scrolled = 0;
  /** How many parts of the slide's graphs were seen near. */
  let seen = 0;

  const last = slides.length + 1;

  /** @param {number} k */
  const slideAt = (k) => slides[k - 1] ?? null;

  /** Return the slide's prediction whose answer is still hidden. */
  function waiting() {
    const ids = (slideAt(at)?.blocks ?? []).map((k) => blocks[k]?.dataset.predict);
    return ids.find((id) => id !== undefined && predictions.isOpen(id)) ?? null;
  }

  /** Return the slide's graph, once drawn. */
  function figure() {
    const id = slideAt(at)?.figure;
    return id ? (places.drawn().get(id) ?? null) : null;
  }

  /** @param {number} k */
  function show(k) {
    at = Math.min(last, Math.max(0, k));
    seen = 0;
    const slide = slideAt(at);
    head.classList.toggle("on", at === 0);
    foot.classList.toggle("at-end", at === last);
    const beside = slide?.figure ? places.element(slide.figure) : null;
    blocks.forEach((block, i) => block.classList.toggle("on", Boolean(slide?.blocks.includes(i)) || block === beside));
    body.classList.toggle("with-figure", beside !== null);
    if (slide?.figure) places.place(slide.figure).then(() => fitAgain(beside), () => {});
    body.scrollTop = 0;
    render();
    const words = at === 0 ? head.innerText : at === last ? t("The end") : t("{k} of {n}", { k: at, n: slides.length });
    lesson.announce(words);
    window.dispatchEvent(new Event("resize"));
  }

  /** @param {Element | null | undefined} within */
  const graphsIn = (within) => [...figures].filter(({ picture }) => within?.contains(picture.svg));

  /**
   * Each slide starts with whole pictures, however they were moved before, placed as they are seen best.
   * @param {Element | null} within
   */
  function fitAgain(within) {
    for (const graph of graphsIn(within)) {
      graph.zoom.release();
      graph.zoom.refit();
      graph.replace();
    }
  }

  function render() {
    const next = /** @type {HTMLAnchorElement | null} */ (document.querySelector(".lesson-foot a.after"));
    const link = next && make("a", { class: "button boxed", href: next.rel === "next" ? `${next.getAttribute("href")}${PRESENT}` : next.getAttribute("href") }, next.lastElementChild?.textContent ?? "");
    const tool = (/** @type {string} */ words, /** @type {string} */ sign, /** @type {() => void} */ run) => {
      const button = make("button", { type: "button", "aria-label": words, title: words }, sign);
      button.addEventListener("click", run);
      return button;
    };
    const end = at === last ? [make("span", { class: "presenter-end" }, t("The end of this part."), " ", link)] : [];
    foot.replaceChildren(
      make("span", { class: "presenter-title" }, `${lesson.data.part}. ${lesson.data.title}`),
      ...end,
      make(
        "span",
        { class: "presenter-tools" },
        tool(t("Back"), "‹", () => back()),
        make("output", {}, at === 0 || at === last ? "·" : `${at} / ${slides.length}`),
        tool(t("Next"), "›", () => forward()),
        tool(t("Stop presenting"), "×", leave),
      ),
    );
  }

  /** Scroll on before the next slide, if there is more to read. @param {number} direction */
  function scroll(direction) {
    const room = body.clientHeight * 0.8;
    const before = body.scrollTop;
    body.scrollBy({ top: direction * room });
    return Math.abs(body.scrollTop - before) > 1;
  }

  /**
   * Have a special figure of the slide go a step on or back. It cancels the event if it does.
   * @param {number} direction 1 or -1
   */
  function walkSpecial(direction) {
    const own = slideAt(at)?.blocks.map((k) => blocks[k]).find((block) => block?.matches(".figure"));
    return own !== undefined && !own.dispatchEvent(new CustomEvent("walk", { detail: direction, cancelable: true }));
  }

  /** @param {number} direction 1 or -1; a walk that has begun is continued to its end */
  function walk(direction) {
    const graph = figure();
    const step = graph?.app.store.get("step") ?? null;
    if (!graph || step === null) return false;
    const count = Number(places.element(slideAt(at)?.figure ?? "")?.querySelector(".scrubber input")?.getAttribute("max") ?? 0);
    const next = step + direction;
    if (next < 0 || next > count) return false;
    graph.app.store.set({ step: next });
    return true;
  }

  /**
   * Come near to the parts of the slide's own graphs, one by one, where their numbers cannot be read from afar.
   * @param {number} direction 1 or -1
   */
  function comeNear(direction) {
    const own = slideAt(at)?.blocks.map((k) => blocks[k]).find((block) => block?.matches(".figure"));
    const parts = graphsIn(own).flatMap(({ zoom }) => zoom.parts().map((to) => ({ zoom, to })));
    const next = seen + direction;
    if (next < 0 || next > parts.length) return false;
    const [before, now] = [parts[seen - 1], parts[next - 1]];
    if (before && before.zoom !== now?.zoom) before.zoom.fit(motionDuration(), true);
    now?.zoom.move(now.to, motionDuration());
    seen = next;
    return true;
  }

  function forward() {
    if (scroll(1)) return;
    const waitingFor = waiting();
    if (waitingFor !== null) return predictions.reveal(waitingFor);
    if (walkSpecial(1) || walk(1) || comeNear(1)) return;
    if (at === last) cross("after");
    else show(at + 1);
  }

  function back() {
    if (scroll(-1) || walkSpecial(-1) || walk(-1) || comeNear(-1)) return;
    if (at === 0) cross("before");
    else show(at - 1);
  }

  /** Go on in the next part, or back to the end of the one before. @param {"before" | "after"} which */
  function cross(which) {
    const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector(`.lesson-foot a.${which}[rel]`));
    if (link) location.assign(`${link.href}${which === "after" ? PRESENT : PRESENT_END}`);
  }

  function enter() {
    if (on) return;
    on = true;
    scrolled = window.scrollY;
    const seen = blocks.findIndex((block) => block.getBoundingClientRect().bottom > window.innerHeight * 0.3);
    page.classList.add("presenting");
    for (const { app } of places.drawn().values()) app.select(null);
    foot.hidden = false;
    page.requestFullscreen?.().catch(() => {});
    show(scrolled < 80 ? 0 : slides.findIndex(({ blocks: own }) => own.includes(seen)) + 1);
  }

  function leave() {
    if (!on) return;
    on = false;
    page.classList.remove("presenting", "dark-screen");
    foot.hidden = true;
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {});
    const [first] = slideAt(at)?.blocks ?? [];
    for (const block of blocks) block.classList.remove("on");
    head.classList.remove("on");
    window.dispatchEvent(new Event("resize"));
    fitAgain(body);
    const block = first === undefined ? null : blocks[first];
    if (block) block.scrollIntoView({ block: "start" });
    else window.scrollTo(0, at === 0 ? 0 : scrolled);
  }

  document.addEventListener("fullscreenchange", () => {
    if (!document.fullscreenElement) leave();
  });
  document.getElementById("present-button")?.addEventListener("click", enter);
  document.addEventListener("keydown", (event) => {
    if (!on || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const own = event.target instanceof Element && event.target.closest(OWN_KEYS);
    const clicker = event.key.startsWith("Page");
    if (event.key === "Escape") leave();
    else if (event.key === "F5") show(0);
    else if ((event.key === "." || event.key === "b") && !own) page.classList.toggle("dark-screen");
    else if (FORWARD.includes(event.key) && (clicker || !own)) forward();
    else if (BACK.includes(event.key) && (clicker || !own)) back();
    else if ((event.key === "ArrowRight" || event.key === "ArrowLeft") && !own && !figure()) event.key === "ArrowRight" ? forward() : back();
    else if (event.key === "Home" && !own) show(0);
    else if (event.key === "End" && !own) show(last);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });

  if (location.hash === PRESENT || location.hash === PRESENT_END) enter();
  if (location.hash === PRESENT_END) show(last);

  return {
    enter,
    get on() {
      return on;
    },
  };
}
