/** From a changed state to the graph, the numbers and the picture on the page. */

import { ApiProblem, isAbort } from "../kit/http.js";
import { msg } from "../kit/i18n.js";
import { cellsOf } from "./picture/tensors.js";

/** @typedef {import("./answers.js").Graph} Graph */
/** @typedef {import("./answers.js").Values} Values */

/** Pause in typing after which the program is read. */
const TYPING = 140;
/** Pause in typing after which an error is told: half a word is no mistake. */
const ERROR_PATIENCE = 600;
/** So long after the last letter somebody is still typing. */
const STILL_TYPING = 2000;
/** After this the page says that the layout takes long. */
const LONG = 2500;

/** @type {import("../kit/types.js").Problem} */
const NO_ANSWER = { type: "about:blank", title: msg("No answer"), status: 0, detail: msg("The server does not answer.") };

/**
 * Brings new numbers into the graph that stands, so that everyone who reads it reads them.
 * @param {Graph} graph
 * @param {Values} values
 */
export function updateNumbers(graph, values) {
  graph.nodes.forEach((node, i) => {
    node.note = values.notes[node.id] ?? null;
    if (node.shape?.length) {
      // Its texts are shapes, which stay; its elements are asked for where they are read.
      const sights = values.tensors?.[node.id];
      const [value, grad] = [cellsOf(sights?.value), cellsOf(sights?.grad)];
      if (node.cells && value) node.cells = { value, grad };
      return;
    }
    node.value = values.values[i] ?? null;
    node.grad = values.grads[i] ?? null;
    node.value_text = values.value_texts[i] ?? "";
    node.grad_text = values.grad_texts[i] ?? null;
  });
  const index = new Map(graph.nodes.map((node) => [node.id, node]));
  graph.edges.forEach((edge, k) => {
    const source = index.get(edge.source);
    if (source?.shape?.length) {
      const grad = cellsOf(values.edge_tensors?.[edge.id]?.grad);
      if (edge.cells && grad) edge.cells = { grad };
      return;
    }
    edge.value = source?.value ?? null;
    edge.value_text = source?.value_text ?? "";
    edge.grad = values.edge_grads[k] ?? null;
    edge.grad_text = values.edge_grad_texts[k] ?? null;
    edge.local = values.edge_locals[k] ?? null;
    edge.local_text = values.edge_local_texts[k] ?? null;
  });
  for (const input of graph.inputs) {
    const value = index.get(input.id)?.value;
    if (typeof value === "number") input.value = value;
  }
}

/**
 * Open groups that the graph has.
 * @param {string[]} open
 * @param {Graph} graph
 */
export function openGroups(open, graph) {
  const known = new Set(graph.groups.map((group) => group.id));
  return open.filter((id) => known.has(id));
}

/**
 * The open groups after a click on one. A group that closes takes those inside it along.
 * @param {string[]} open
 * @param {string} id
 * @param {{id: string, parent: string | null}[]} groups
 */
export function toggled(open, id, groups) {
  if (!open.includes(id)) return [...open, id];
  const parents = new Map(groups.map((group) => [group.id, group.parent]));
  /** @param {string | null | undefined} other */
  const inside = (other) => {
    for (; other; other = parents.get(other)) if (other === id) return true;
    return false;
  };
  return open.filter((other) => !inside(other));
}

/**
 * @param {import("./types.js").App} app
 * @param {object} hooks
 * @param {(graph: Graph) => void} hooks.setGraph
 * @param {(svg: string, anchor: string | null) => void} hooks.showPicture
 * @param {(stop: (() => void) | null) => void} hooks.showWaiting says that it takes long, with the way to stop; null ends it
 */
export function startGraphFlow(app, { setGraph, showPicture, showWaiting }) {
  const { store, api, emit } = app;
  let typingTimer = 0;
  let errorTimer = 0;
  let settleTimer = 0;
  let lastTyped = -Infinity;
  /** Counts loads: an older one that comes back late is dropped. */
  let newest = 0;
  let broken = false;
  let troubled = false;
  let valuesOutstanding = false;
  let valuesWanted = false;

  /** @param {unknown} error */
  function tell(error) {
    if (isAbort(error)) return;
    if (!(error instanceof ApiProblem) && !(error instanceof TypeError)) throw error;
    troubled = true;
    emit("problem", error instanceof ApiProblem ? error.problem : NO_ANSWER);
  }

  /** After an answer: trouble that is not the program's is over. */
  function recover() {
    if (!troubled) return;
    troubled = false;
    emit("problem", app.graph?.error ?? null);
  }

  /** What a picture depends on beside the program and its numbers. */
  const drawnBy = () => JSON.stringify([store.get("open"), store.get("labels"), store.get("lang")]);

  /** Asks for the picture before the graph is known: a large one takes the server a while. */
  function pictureAhead() {
    const answer = api.picture().catch((error) => {
      if (isAbort(error)) throw error;
      // Groups may be asked for that this program has not: it is asked again with those it has.
      return null;
    });
    answer.catch(() => {});
    return { answer, by: drawnBy(), since: performance.now() };
  }

  /**
   * @param {string | null} anchor
   * @param {ReturnType<typeof pictureAhead> | null} [ahead]
   */
  async function loadPicture(anchor = null, ahead = null) {
    const waited = ahead ? performance.now() - ahead.since : 0;
    const slow = window.setTimeout(() => showWaiting(() => api.cancel("picture")), LONG - waited);
    try {
      const early = ahead?.by === drawnBy() ? await ahead.answer : null;
      showPicture(early ?? (await api.picture()), anchor);
      recover();
    } finally {
      clearTimeout(slow);
      showWaiting(null);
    }
  }

  async function load() {
    const mine = ++newest;
    clearTimeout(errorTimer);
    const ahead = performance.now() - lastTyped > STILL_TYPING ? pictureAhead() : null;
    try {
      const graph = await api.graphs();
      if (mine !== newest) return;
      const wait = graph.error ? lastTyped + ERROR_PATIENCE - performance.now() : 0;
      if (wait > 0) errorTimer = window.setTimeout(() => show(graph).catch(tell), wait);
      else await show(graph, ahead);
    } catch (error) {
      if (mine === newest) tell(error);
    }
  }

  /**
   * @param {Graph} graph
   * @param {ReturnType<typeof pictureAhead> | null} [ahead]
   */
  async function show(graph, ahead = null) {
    broken = graph.error !== null;
    troubled = false;
    if (broken && graph.nodes.length === 0) return emit("problem", graph.error);
    setGraph(graph);
    store.set({ open: openGroups(store.get("open"), graph) }, { history: "replace" });
    emit("problem", graph.error);
    emit("graph", graph);
    await loadPicture(null, ahead);
    if (store.get("mistakes").length > 0) refreshValues();
  }

  async function refreshValues() {
    if (broken) return load();
    valuesWanted = true;
    if (valuesOutstanding) return;
    valuesOutstanding = true;
    try {
      while (valuesWanted) {
        valuesWanted = false;
        const values = await api.values();
        recover();
        const graph = app.graph;
        if (!graph || graph.structure !== values.structure) continue;
        updateNumbers(graph, values);
        emit("values", values);
      }
      clearTimeout(settleTimer);
      settleTimer = window.setTimeout(refreshSentences, 400);
    } catch (error) {
      tell(error);
    } finally {
      valuesOutstanding = false;
    }
  }

  /** After a drag: what a screen reader hears, with the new numbers. The picture stands. */
  async function refreshSentences() {
    // Blanks are not told either.
    if (store.get("labels") === "blanks") return;
    const fresh = await api.graphs().catch(tell);
    const graph = app.graph;
    if (!fresh || fresh.error || !graph || fresh.structure !== graph.structure) return;
    fresh.nodes.forEach((node, i) => {
      const standing = graph.nodes[i];
      if (!standing) return;
      standing.aria = node.aria;
      app.view.element(node.id)?.setAttribute("aria-label", node.aria[store.get("lang")]);
    });
    const output = fresh.nodes.find((node) => node.id === fresh.output);
    if (output) app.announce(output.aria[store.get("lang")]);
  }

  /** @type {string | null} */
  let anchor = null;

  store.subscribe(["program", "inputs", "seed", "mistakes", "open", "labels", "lang"], (state, changed) => {
    if (changed.has("program")) {
      clearTimeout(typingTimer);
      clearTimeout(errorTimer);
      clearTimeout(settleTimer);
      newest += 1;
      typingTimer = window.setTimeout(load, lastTyped > performance.now() - 50 ? TYPING : 0);
      return;
    }
    // What is wrong is told in the page's language too.
    if (changed.has("lang") && broken) return void load();
    if (changed.has("open") || changed.has("labels") || changed.has("lang")) {
      const held = anchor;
      anchor = null;
      const graph = app.graph;
      const known = !graph || openGroups(state.open, graph).length === state.open.length;
      if (known) loadPicture(held).catch(tell);
    }
    if (changed.has("inputs") || changed.has("seed") || changed.has("mistakes")) refreshValues();
  });

  load();

  return {
    /** To be called before a change of the program that comes from typing. */
    typed() {
      lastTyped = performance.now();
    },
    /**
     * Opens or closes a group.
     * @param {string} id
     */
    toggleGroup(id) {
      anchor = id;
      store.set({ open: toggled(store.get("open"), id, app.graph?.groups ?? []) });
    },
    reload: load,
  };
}
