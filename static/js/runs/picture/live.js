/** Keeps the graph on the page at what the run does: frames while they have all that is drawn, the server's numbers else. */

import { updateNumbers } from "../../figure/numbers.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { mountRunPicture } from "./picture.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").Frame} Frame */

/** While it trains the server is asked for numbers so often, in milliseconds: for the picture, and for what is read. */
const PACE = { drawn: 100, read: 1500 };
/** … and no more often than this many times as long as an answer takes: who looks must not slow the training down. */
const SHARE = 8;
/** Pause before a graph that did not come is asked for again. */
const AGAIN = 1000;
/** Pause after the last numbers before sentences are fetched for screen readers. */
const SETTLE = 500;

/**
 * @param {RunSession} session
 * @param {ReturnType<typeof import("../../figure/figure.js").createFigure>} figure
 * @param {HTMLElement} canvas the figure's
 * @param {() => boolean} isRead whether numbers of the graph are read beside the picture: in the inspector, in the table
 */
export function mountRunLive(session, figure, canvas, isRead) {
  const { app } = figure;
  const { store } = session;
  const picture = mountRunPicture(app);
  /** What the graph on the page is of: it is asked for again when that changes. */
  let drawn = "";
  let loading = false;
  let loadedAt = -Infinity;
  /** The numbers that were asked for last, while the run stands shownAtRest. */
  let shownAtRest = "";
  let refreshing = false;
  let wanted = false;
  let refreshedAt = -Infinity;
  let answerTime = 0;
  let opened = 0;
  let settle = 0;
  let again = 0;

  /** @param {import("../client/types.js").RunOptions} options */
  const structure = ({ hidden, activation, batch_size: rows, dataset }) =>
    JSON.stringify([session.current.id, hidden, activation, session.image ? 1 : rows, dataset]);

  /** Until the new one is there, the graph on the page is of something else. */
  function showWaiting() {
    canvas.classList.add("waiting");
    picture.clear();
  }

  function load() {
    drawn = structure(session.current.options);
    loading = true;
    showWaiting();
    loadedAt = performance.now();
    if (started) figure.reload();
    else figure.start();
    started = true;
  }
  let started = false;

  app.on("picture", () => {
    loading = false;
    canvas.classList.remove("waiting");
    const { frame } = session.current;
    if (frame) show(frame);
  });
  app.on("problem", (problem) => {
    if (!problem) return;
    [drawn, loading] = ["", false];
    clearTimeout(again);
    again = window.setTimeout(() => session.current.frame && show(session.current.frame), AGAIN + 50);
  });

  async function refreshNumbers() {
    wanted = true;
    if (refreshing) return;
    refreshing = true;
    try {
      while (wanted) {
        wanted = false;
        refreshedAt = performance.now();
        const values = await app.api.values();
        answerTime = performance.now() - refreshedAt;
        const { graph } = app;
        if (!graph || graph.structure !== values.structure) continue;
        updateNumbers(graph, values);
        app.emit("values", values);
      }
      clearTimeout(settle);
      settle = window.setTimeout(refreshSentences, SETTLE);
    } catch (error) {
      ignoreFailedCall(error);
    } finally {
      refreshing = false;
    }
  }

  /** What a screen reader hears of each node, with the new numbers. */
  async function refreshSentences() {
    if (session.current.status.state === "running") return;
    try {
      const fresh = await session.current.call("/graph", { body: { ...session.image }, kind: "figure sentences" });
      const { graph } = app;
      if (!graph || fresh.structure !== graph.structure) return;
      fresh.nodes.forEach((/** @type {import("../../figure/answers.js").GraphNode} */ node, /** @type {number} */ i) => {
        const shown = graph.nodes[i];
        if (shown) shown.aria = node.aria;
        app.view.element(node.id)?.setAttribute("aria-label", node.aria[store.get("lang")]);
      });
    } catch (error) {
      ignoreFailedCall(error);
    }
  }

  /** @param {Frame} frame */
  function show(frame) {
    if (frame.tensors.length === 0) return;
    const { image } = session;
    // A smaller batch may not have the image that was looked at.
    if (image && "sample" in image && image.sample >= frame.labels.length) return session.showImage(null);
    if (drawn !== structure(frame.options)) {
      if (!loading && performance.now() - loadedAt > (drawn ? 0 : AGAIN)) load();
      return;
    }
    if (loading) return;
    if (!session.image) picture.show(frame);
    const behind = session.image !== null || !picture.whole;
    if (frame.state === "running") {
      shownAtRest = "";
      const pace = behind ? PACE.drawn : isRead() ? PACE.read : Infinity;
      if (performance.now() - refreshedAt > Math.max(pace, SHARE * answerTime)) refreshNumbers();
      return;
    }
    const now = JSON.stringify([frame.run, frame.step, frame.loss, frame.tensors.map(({ norm }) => norm)]);
    if (now === shownAtRest) return;
    shownAtRest = now;
    refreshNumbers();
  }

  session.on("frame", ({ frame }) => show(frame));
  session.on("current", () => {
    [drawn, loading, loadedAt] = ["", false, -Infinity];
    showWaiting();
    if (session.current.frame) show(session.current.frame);
  });
  session.on("image", () => {
    shownAtRest = "";
    if (drawn !== structure(session.current.options)) return load();
    picture.clear();
    refreshNumbers();
  });
  // What is opened while it trains shows numbers at once.
  for (const key of /** @type {const} */ (["selected", "open", "labels"])) {
    store.subscribe([key], () => {
      clearTimeout(opened);
      opened = window.setTimeout(() => session.current.frame && show(session.current.frame), 0);
    });
  }

  return { setThick: picture.setThick };
}
