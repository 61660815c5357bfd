/** The test set: results of the net, its mistakes, and every image to look at. */

import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { onColourChange } from "../../kit/page-colours.js";
import { createConfusion } from "./confusion.js";
import { createImageFilter } from "./image-filter.js";
import { createImageList, drawSprite } from "./image-list.js";
import { FIELD } from "./normalize.js";
import { probabilityText } from "./probability-bars.js";
import { sharedImage } from "./shared-image.js";
import { createTestCalls } from "./test-calls.js";

/** @typedef {import("./image-list.js").Item} Item */
/** @typedef {import("./test-calls.js").TestResults} TestResults */

const CLASSES = 10;
/** Time after which results are fetched again, in milliseconds: during training, and after it. */
const [RUNNING, STOPPED] = [2000, 400];

/** @type {import("../client/types.js").MountPart} */
export function mount(session, host) {
  const { t, store, announce } = session;
  const shared = sharedImage(session);
  const calls = createTestCalls(session);
  /** @type {import("./image-filter.js").ImageFilter} */
  let filter = { only: "mistakes", label: null, predicted: null };
  /** The newest results. @type {TestResults | null} */
  let newest = null;
  /** The results that the list was taken from. @type {TestResults | null} */
  let listed = null;
  /** Counts lists asked for; a late answer to an older call is dropped. */
  let turn = 0;

  const summary = make("p", { class: "tests-summary" });
  const again = make("button", { type: "button", class: "boxed" });
  const confusion = createConfusion(t, (label, predicted) => void narrow({ only: label === predicted ? "all" : "mistakes", label, predicted }));
  const list = createImageList(session, showImage);
  const filters = createImageFilter(t, (next) => void narrow(next));
  const found = make("p", { class: "found muted" });
  const more = make("button", { type: "button", class: "boxed" });
  const large = make("canvas", { class: "large", "aria-hidden": "true" });
  const detailText = make("p");
  const toDigit = make("button", { type: "button", class: "boxed" });
  const detail = make("div", { class: "detail", hidden: true }, large, make("div", {}, detailText, toDigit));
  const error = make("p", { class: "problem", role: "alert", hidden: true });

  host.classList.add("tests");
  host.append(
    make("div", { class: "tests-head" }, summary, again),
    error,
    make(
      "div",
      { class: "tests-columns" },
      make("div", { class: "confusion-place" }, confusion.element),
      make(
        "div",
        { class: "browse" },
        filters.element,
        found,
        list.element,
        more,
        detail,
      ),
    ),
  );

  /** @param {unknown} problem */
  function fail(problem) {
    if (isAbort(problem)) return;
    error.textContent = /** @type {Error} */ (problem).message;
    error.hidden = false;
  }

  /** Load the list from its beginning. */
  async function load() {
    const mine = ++turn;
    try {
      const answer = await calls.page(filter, 0, null);
      const items = await calls.itemsOf(answer);
      if (mine !== turn) return;
      newest = listed = answer;
      error.hidden = true;
      list.show(items, false);
      show();
    } catch (problem) {
      fail(problem);
    }
  }

  async function loadMore() {
    if (!listed) return;
    const before = listed;
    const mine = ++turn;
    try {
      const answer = await calls.page(filter, list.items.length, listed.step);
      if (mine !== turn) return;
      // The net has changed, and the earlier pass is no longer kept.
      if (answer.step !== before.step) return void (await load());
      const items = await calls.itemsOf(answer);
      if (mine !== turn) return;
      list.show(items, true);
      show();
    } catch (problem) {
      fail(problem);
    }
  }

  /** @param {import("./image-filter.js").ImageFilter} next */
  async function narrow(next) {
    filter = next;
    show();
    await load();
    announce(found.textContent ?? "");
  }

  /** @param {Item} item */
  async function showImage({ image }) {
    show();
    const before = shared.current;
    try {
      const { pixels, label } = await calls.image(image.index);
      // Who has begun to draw meanwhile goes on.
      if (shared.current !== before) return;
      // Only images of MNIST's size fit on the sheet.
      if (pixels.length === FIELD * FIELD) shared.show({ pixels, test: { index: image.index, label }, settled: true });
    } catch (problem) {
      fail(problem);
    }
  }

  function show() {
    filters.show(filter, newest?.confusion.length ?? CLASSES);
    again.textContent = t("Refresh");
    more.textContent = t("More");
    toDigit.textContent = t("See it under “Draw a digit”");
    host.classList.toggle("waiting", !newest);
    if (newest) {
      const { step, count, mistakes } = newest;
      const number = (/** @type {number} */ n) => n.toLocaleString("en-US");
      summary.textContent = t("At step {step}: {right} of {count} test images right, {mistakes} mistakes.", { step: number(step), right: number(count - mistakes), count: number(count), mistakes: number(mistakes) });
      confusion.show(newest.confusion);
    } else summary.textContent = t("Loading…");
    const { label, predicted } = filter;
    confusion.choose(label !== null && predicted !== null ? { label, predicted } : null);
    again.hidden = !stale();
    more.hidden = !listed || list.items.length >= listed.total;
    found.textContent = listed ? foundWords(listed.total) : "";
    showDetail();
  }

  /** Whether the list is older than the newest results. */
  const stale = () => !!newest && !!listed && newest !== listed && JSON.stringify(newest.confusion) !== JSON.stringify(listed.confusion);

  /** @param {number} total */
  function foundWords(total) {
    if (total === 0) return t("No image matches.");
    const step = Number(listed?.step).toLocaleString("en-US");
    return filter.only === "mistakes"
      ? t("{n} mistakes at step {step}, most confident first: label → what the net says", { n: total.toLocaleString("en-US"), step })
      : t("{n} images at step {step}: label → what the net says, where it is wrong", { n: total.toLocaleString("en-US"), step });
  }

  function showDetail() {
    const item = list.items[list.chosen];
    detail.hidden = !item;
    if (!item) return;
    const { index, label, predicted, probability, probability_of_label: ofLabel } = item.image;
    requestAnimationFrame(() => drawSprite(large, item.sprite, item.place));
    const p = probabilityText(probability);
    detailText.textContent =
      label === predicted
        ? t("Test image {index} is labelled {label}, and the net says so with probability {p}.", { index, label, p })
        : t("Test image {index} is labelled {label}, but the net says {predicted} with probability {p}; {label} gets {q}.", { index, label, predicted, p, q: probabilityText(ofLabel) });
  }

  again.addEventListener("click", () => void load());
  more.addEventListener("click", () => void loadMore());
  toDigit.addEventListener("click", () => document.querySelector("#run-digit .square")?.scrollIntoView({ block: "center" }));

  /** @param {1 | -1} by */
  const neighbour = (by) => {
    const index = shared.current?.test?.index;
    const at = list.items.findIndex(({ image }) => image.index === index);
    // An image from elsewhere leads to the start of the list.
    const next = at < 0 ? 0 : at + by;
    return next >= 0 && next < list.items.length ? next : -1;
  };
  shared.setWalk({
    can: (by) => neighbour(by) >= 0,
    step(by) {
      const next = neighbour(by);
      if (next < 0) return;
      list.choose(next);
      if (next === list.items.length - 1 && !more.hidden) void loadMore();
    },
  });

  // Results follow the training; the list is refreshed only when it stops, so that it can be read.
  let visible = false;
  let timer = 0;
  async function refresh() {
    timer = 0;
    if (!visible || document.hidden || session.current.connection === "gone") return;
    if (!listed) return load();
    const run = session.current;
    try {
      const results = await calls.results();
      if (run !== session.current) return;
      newest = results;
      if (session.current.status.state !== "running" && stale()) return await load();
      show();
    } catch (problem) {
      fail(problem);
    }
  }
  const refreshLater = () => {
    timer ||= window.setTimeout(() => void refresh(), session.current.status.state === "running" ? RUNNING : STOPPED);
  };
  session.on("status", ({ run }) => run === session.current && refreshLater());
  session.on("current", () => {
    turn += 1;
    newest = listed = null;
    list.show([], false);
    show();
    refreshLater();
  });
  new IntersectionObserver((entries) => {
    visible = entries.some((entry) => entry.isIntersecting);
    if (visible && !timer) void refresh();
  }).observe(host);
  store.subscribe(["lang"], show);
  onColourChange(store, showDetail);
  show();
}
