/** Keeps the graph current while a run trains: from frames where they suffice, else from the server. */

import { updateNumbers } from "../../figure/numbers.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { mountRunPicture } from "./picture.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").Frame} Frame */

/** Interval of calls for numbers while training, in milliseconds: for the picture, and for panels. */
const PACE = { drawn: 100, read: 1500 };
/** Minimum interval as a multiple of an answer's time: watching must not slow the training down. */
const SHARE = 8;
/** Pause before a graph that failed to load is requested again, in milliseconds. */
const AGAIN = 1000;
/** Pause after the last numbers before the texts for screen readers are fetched, in milliseconds. */
const SETTLE = 500;

/**
 * @param {RunSession} session
 * @param {ReturnType<typeof import("../../figure/figure.js").createFigure>} figure
 * @param {HTMLElement} canvas of the figure
 * @param {() => boolean} isRead whether the inspector or the table shows numbers of the graph
 */
export function mountRunLive(session, figure, canvas, isRead) {
  const { app } = figure;
  const { store } = session;
  const picture = mountRunPicture(app);
  /** Key of the graph on the page; the graph is loaded again when it changes. */
  let drawn = "";
  let loading = false;
  let loadedAt = -Infinity;
  /** Key of the numbers fetched last while the run stood still. */
  let shownAtRest = "";
  /** Key of the numbers that the graph was asked for with; empty if they were changing. */
  let loadedAtRest = "";
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

  /** Fade the picture until the new graph arrives. */
  function showWaiting() {
    canvas.classList.add("waiting");
    picture.clear();
  }

  /** @param {Frame} frame */
  const numbersOf = (frame) => (frame.state === "running" ? "" : JSON.stringify([frame.run, frame.step, frame.loss, frame.tensors.map(({ norm }) => norm)]));

  function load() {
    drawn = structure(session.current.options);
    loadedAtRest = session.current.frame ? numbersOf(session.current.frame) : "";
    loading = true;
    showWaiting();
    loadedAt = performance.now();
    if (started) figure.reload();
    else figure.start();
    started = true;
  }
  let started = false;

  app.on("picture", () => {
    // A new graph brings its numbers and its sentences along.
    if (loading) shownAtRest = loadedAtRest;
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

  /** Refresh the texts for screen readers with the new numbers. */
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
    // The image shown may not exist in a smaller batch.
    if (image && "sample" in image && image.sample >= frame.labels.length) return session.showImage(null);
    if (drawn !== structure(frame.options)) {
      if (!loading && performance.now() - loadedAt > (drawn ? 0 : AGAIN)) load();
      return;
    }
    if (loading) return;
    if (!session.image) picture.show(frame, frame.state !== "running" && !refreshing && numbersOf(frame) === shownAtRest);
    const behind = session.image !== null || !picture.whole;
    if (frame.state === "running") {
      shownAtRest = "";
      const pace = behind ? PACE.drawn : isRead() ? PACE.read : Infinity;
      if (performance.now() - refreshedAt > Math.max(pace, SHARE * answerTime)) refreshNumbers();
      return;
    }
    const now = numbersOf(frame);
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
  // What is opened during training shows its numbers at once.
  for (const key of /** @type {const} */ (["selected", "open", "labels"])) {
    store.subscribe([key], () => {
      clearTimeout(opened);
      opened = window.setTimeout(() => session.current.frame && show(session.current.frame), 0);
    });
  }

  return { setThick: picture.setThick };
}
