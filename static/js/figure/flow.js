/** Turns a changed state into graph, numbers and picture on the page. */

import { ApiProblem, isAbort, isFailedCall } from "../kit/http.js";
import { msg } from "../kit/i18n.js";
import { fitsOutput, fitting, withoutRefused } from "./fitting.js";
import { knownGroups, toggledGroups } from "./groups.js";
import { updateNumbers } from "./numbers.js";

/** @typedef {import("./answers.js").Graph} Graph */

/** Pause in typing after which the program is sent, in milliseconds. */
const TYPING = 140;
/** Pause in typing after which an error is shown: half a word is no mistake. */
const ERROR_PATIENCE = 600;
/** Time after the last letter that still counts as typing. */
const STILL_TYPING = 2000;
/** What numbers depend on besides the program. */
const NUMBERS = /** @type {const} */ (["inputs", "upstream", "mistakes", "conventions"]);
/** The calls for what is said to a screen reader. */
const WORDS = /** @type {const} */ (["graphs words", "picture words"]);
/** Time after which the page says that the layout takes long. */
const LONG = 2500;

/** @type {import("../kit/types.js").Problem} */
const NO_ANSWER = { type: "about:blank", title: msg("No answer"), status: 0, detail: msg("The server does not answer.") };

/**
 * @param {import("./types.js").App} app
 * @param {object} hooks
 * @param {(graph: Graph) => void} hooks.setGraph
 * @param {(svg: string, anchor: string | null) => void} hooks.showPicture
 * @param {() => number | undefined} hooks.lineWidth the width at which a long chain breaks into lines
 * @param {(right: string, ask: (extra: import("./types.js").PictureExtra) => Promise<string>) => Promise<string>} hooks.suit chooses which way the picture
 *   runs, and whether in lines
 * @param {(stop: (() => void) | null) => void} hooks.showWaiting shows that the layout takes long, with a way to stop;
 *   null ends it
 * @param {() => Promise<() => void>} hooks.askPanels asks for what panels say about the numbers of the state as it is
 *   now, and returns how to show it beside them
 */
export function startGraphFlow(app, { setGraph, showPicture, lineWidth, suit, showWaiting, askPanels }) {
  const { store, api, emit } = app;
  let typingTimer = 0;
  let errorTimer = 0;
  let settleTimer = 0;
  let lastTyped = -Infinity;
  /** Counts loads; a late answer to an older load is dropped. */
  let newest = 0;
  /** Counts pictures asked for; of two, the older is not shown. */
  let newestPicture = 0;
  /** The program whose graph, or error, was shown last. */
  let answered = "";
  let failing = false;
  let troubled = false;
  let valuesOutstanding = false;
  let valuesWanted = false;

  /** @param {unknown} error */
  function reportProblem(error) {
    if (isAbort(error)) return;
    if (!isFailedCall(error)) throw error;
    troubled = true;
    emit("problem", error instanceof ApiProblem ? error.problem : NO_ANSWER);
  }

  /** End a reported trouble of the server; the program's own error remains. */
  function clearTrouble() {
    if (!troubled) return;
    troubled = false;
    emit("problem", app.graph?.error ?? null);
  }

  /** @param {string} [kind] */
  const askPicture = (kind) => api.picture({ wrap: lineWidth() }, kind);

  /** What the picture depends on besides the program and its numbers. */
  const drawingKey = () => JSON.stringify([store.get("open"), store.get("labels"), store.get("lang")]);

  /** The numbers that an answer is for: those of the page may have changed when it comes. */
  const numbersKey = () => JSON.stringify(NUMBERS.map((key) => store.get(key)));

  /** Whether the graph on the page is of an earlier program. */
  const isBehind = () => app.graph !== null && store.get("program") !== answered;

  /** Request the picture before the graph is known: a large layout takes the server a while. */
  function prefetchPicture() {
    const answer = askPicture().catch((error) => {
      if (isAbort(error)) throw error;
      // The program may lack some open groups. The picture is then requested again without them.
      return null;
    });
    answer.catch(() => {});
    return { answer, by: drawingKey(), numbers: numbersKey(), since: performance.now() };
  }

  /**
   * @param {string | null} anchor
   * @param {ReturnType<typeof prefetchPicture> | null} [prefetched]
   */
  async function loadPicture(anchor = null, prefetched = null) {
    const turn = ++newestPicture;
    const waited = prefetched ? performance.now() - prefetched.since : 0;
    const slow = window.setTimeout(() => showWaiting(() => api.cancel("picture")), LONG - waited);
    try {
      const early = prefetched?.by === drawingKey() ? prefetched : null;
      let numbers = early?.numbers ?? numbersKey();
      let right = early && (await early.answer);
      if (turn !== newestPicture) return;
      if (!right) {
        numbers = numbersKey();
        right = await askPicture();
        if (turn !== newestPicture) return;
      }
      const picture = await suit(right, api.picture);
      if (turn !== newestPicture) return;
      showPicture(picture, anchor);
      clearTrouble();
      // It was drawn with numbers that are no longer those of the page.
      if (numbers !== numbersKey()) refreshValues();
    } finally {
      clearTimeout(slow);
      if (turn === newestPicture) showWaiting(null);
    }
  }

  async function load() {
    const turn = ++newest;
    clearTimeout(errorTimer);
    const prefetched = performance.now() - lastTyped > STILL_TYPING ? prefetchPicture() : null;
    const numbers = numbersKey();
    const program = store.get("program");
    try {
      const graph = await api.graphs();
      if (turn !== newest) return;
      const wait = graph.error ? lastTyped + ERROR_PATIENCE - performance.now() : 0;
      if (wait > 0) errorTimer = window.setTimeout(() => show(graph, numbers).catch(reportProblem), wait);
      else await show(graph, numbers, prefetched);
    } catch (error) {
      if (turn !== newest) return;
      answered = program;
      const patch = error instanceof ApiProblem ? withoutRefused(error.problem, store.all()) : null;
      if (!patch) return reportProblem(error);
      store.set(patch, { history: "replace" });
      await load();
    }
  }

  /**
   * Drop what the graph lacks: inputs, open layers and the like of another program or of an old link.
   * @param {Graph} graph
   * @param {boolean} opened whether the page opens with it: what a person typed before is told not to fit instead
   */
  function dropMisfits(graph, opened) {
    if (graph.error?.line) {
      store.set({ open: knownGroups(store.get("open"), graph) }, { history: "replace" });
      return;
    }
    const before = store.all();
    const kept = fitting(before, graph);
    const upstream = opened && !fitsOutput(before.upstream, graph) ? 1 : before.upstream;
    // The answer was computed without the numbers that do not fit.
    const dropped = upstream !== before.upstream || Object.keys(kept.inputs).length < Object.keys(before.inputs).length;
    if (graph.error && dropped) graph.error = null;
    store.set({ ...kept, upstream }, { history: "replace" });
  }

  /**
   * @param {Graph} graph
   * @param {string} numbers key of those that it was asked for with
   * @param {ReturnType<typeof prefetchPicture> | null} [prefetched]
   */
  async function show(graph, numbers, prefetched = null) {
    troubled = false;
    answered = store.get("program");
    if (graph.error && graph.nodes.length === 0) {
      failing = true;
      return emit("problem", graph.error);
    }
    const opened = app.graph === null;
    setGraph(graph);
    failing = false;
    const overtaken = numbers !== numbersKey();
    dropMisfits(graph, opened);
    failing = graph.error !== null;
    emit("problem", graph.error);
    emit("graph", graph);
    if (overtaken) refreshValues();
    try {
      await loadPicture(null, prefetched);
    } finally {
      if (store.get("mistakes").length > 0 && !failing) refreshValues();
    }
  }

  async function refreshValues() {
    if (failing) return load();
    // Sentences come when numbers rest: they take the server much longer, and would be about older ones.
    clearTimeout(settleTimer);
    for (const kind of WORDS) api.cancel(kind);
    valuesWanted = true;
    if (valuesOutstanding) return;
    valuesOutstanding = true;
    try {
      while (valuesWanted) {
        valuesWanted = false;
        // Panels are about parts of the graph on the page; another program may lack them.
        const panels = isBehind() ? null : askPanels();
        const values = await api.values();
        const showPanels = (await panels) ?? (() => {});
        clearTrouble();
        const graph = app.graph;
        if (!graph || graph.structure !== values.structure) continue;
        updateNumbers(graph, values);
        emit("values", values);
        showPanels();
      }
      clearTimeout(settleTimer);
      settleTimer = window.setTimeout(refreshSentences, 400);
    } catch (error) {
      reportProblem(error);
    } finally {
      valuesOutstanding = false;
    }
  }

  /** Refresh the texts for screen readers after a drag; the picture stays. */
  async function refreshSentences() {
    // Blanks must not be announced either.
    if (store.get("labels") === "blanks") return;
    const drawn = drawingKey();
    const words = Promise.all([api.graphs(WORDS[0]), askPicture(WORDS[1])]);
    const [fresh, picture] = await words.catch((error) => (reportProblem(error), []));
    const graph = app.graph;
    if (!fresh || fresh.error || !graph || fresh.structure !== graph.structure) return;
    // A layer opened meanwhile has words of its own, in the picture that comes.
    if (picture && drawn === drawingKey()) app.view.renewWords(picture);
    fresh.nodes.forEach((node, i) => {
      const shown = graph.nodes[i];
      if (!shown) return;
      shown.aria = node.aria;
    });
    const output = fresh.nodes.find((node) => node.id === fresh.output);
    if (output) app.announce(output.aria[store.get("lang")]);
  }

  /** @type {string | null} */
  let anchor = null;

  store.subscribe(["program", "output", "inputs", "upstream", "mistakes", "conventions", "open", "labels", "lang"], (state, changed) => {
    if (changed.has("program")) {
      clearTimeout(typingTimer);
      clearTimeout(errorTimer);
      clearTimeout(settleTimer);
      newest += 1;
      typingTimer = window.setTimeout(load, lastTyped > performance.now() - 50 ? TYPING : 0);
      return;
    }
    if (changed.has("output") && state.output !== app.graph?.output) return void load();
    // Errors are shown in the page's language too.
    if (changed.has("lang") && failing) return void load();
    if (changed.has("open") || changed.has("labels") || changed.has("lang")) {
      const held = anchor;
      anchor = null;
      const graph = app.graph;
      const known = !graph || knownGroups(state.open, graph).length === state.open.length;
      if (known) loadPicture(held).catch(reportProblem);
    }
    if (NUMBERS.some((key) => changed.has(key))) refreshValues();
  });

  load();

  return {
    /** Call before a program change that comes from typing. */
    typed() {
      lastTyped = performance.now();
    },
    /**
     * Open or close a group.
     * @param {string} id
     */
    toggleGroup(id) {
      anchor = id;
      store.set({ open: toggledGroups(store.get("open"), id, app.graph?.groups ?? []) });
    },
    reload: load,
    /** Whether newer numbers than those shown, or another graph, have been asked for. */
    get moving() {
      return valuesOutstanding || isBehind();
    },
    /** Fetch the picture again for a view of another shape. */
    async redraw() {
      if (app.graph) await loadPicture().catch(reportProblem);
    },
  };
}
