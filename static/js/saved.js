/** A saved page: a graph with its numbers, drawn beforehand, in one file without server and network. */

import { make } from "./kit/element.js";
import { createCaller, ignoreFailedCall } from "./kit/http.js";
import { findingsPanel, partPanel } from "./saved/panel.js";
import { createStage } from "./saved/stage.js";
import { formOf, groupsAround, isSame, nearestView, nodesOnPaths, sizeOf } from "./saved/views.js";
import { createWalk } from "./saved/walk.js";

/** @typedef {import("./saved/types.js").Data} Data */

/** Most results of a search. */
const FOUND = 12;

/** @param {string} id @returns {any} */
const byId = (id) => document.getElementById(id);

/** Unpack the data of the page: JSON, gzip, base64. @returns {Promise<Data>} */
async function read() {
  const packed = Uint8Array.from(atob(byId("data").textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}

/** @param {Data} data */
function start(data) {
  const texts = data.texts;
  const notice = byId("notice");
  const inspector = byId("inspector");
  /** @type {string | null} */
  let selected = null;
  let open = new Set(data.views[0]?.open ?? []);
  let shown = data.views[0];

  const stage = createStage(byId("canvas"), byId("minimap"), data, { toggle, select });
  const places = new Map(data.nodes.map((node, at) => [node.id, at]));
  const walk = createWalk(byId("walk"), stage, data);

  /** @param {string} text */
  function tell(text) {
    notice.textContent = text;
    notice.hidden = text === "";
  }

  const { call } = createCaller(() => data.lang);

  /** @param {Set<string>} wanted @param {string | null} changed */
  function formFor(wanted, changed) {
    const { clientWidth: width, clientHeight: height } = byId("canvas");
    return formOf({ width, height }, sizeOf(nearestView(data.views, wanted, changed, "lines")?.svg ?? ""));
  }

  /** @param {Set<string>} wanted @param {string | null} changed @returns {Promise<import("./saved/types.js").View | null>} */
  async function viewOf(wanted, changed) {
    const form = formFor(wanted, changed);
    const near = nearestView(data.views, wanted, changed, form);
    if (!data.live || (near?.form === form && isSame(near.open, wanted))) return near;
    const query = [...[...wanted].map((id) => `open=${encodeURIComponent(id)}`), `form=${form}`].join("&");
    return /** @type {any} */ (await call(`/view?${query}`, { kind: "view" }));
  }

  /** @param {Set<string>} wanted @param {string | null} changed */
  async function show(wanted, changed) {
    const view = await viewOf(wanted, changed);
    if (!view) return tell(texts.closed ?? "");
    tell("");
    shown = view;
    open = new Set(view.open);
    stage.show(view.svg, changed);
    mark();
    walk.reset();
  }

  /** @param {string} id */
  function toggle(id) {
    const wanted = new Set(open);
    if (wanted.has(id)) for (const other of open) wanted.delete(groupsAround(other, stage.parents).includes(id) ? other : "");
    else for (const around of groupsAround(id, stage.parents)) wanted.add(around);
    show(wanted, id).catch(ignoreFailedCall);
  }

  function mark() {
    const seen = selected === null ? null : stage.seenAs(selected);
    stage.picture.mark("selected", seen === null ? [] : [seen]);
  }

  /** @param {string | null} id */
  function select(id) {
    selected = id;
    stage.picture.light(null);
    const part = id === null ? null : data.parts[id];
    inspector.replaceChildren(part ? partPanel(part, data, goTo, pathButtons(id ?? "")) : findingsPanel(data, goTo));
    inspector.scrollTop = 0;
    mark();
  }

  /** @param {string} id */
  function pathButtons(id) {
    const place = places.get(id);
    if (place === undefined || data.loss === null) return [];
    const nodes = nodesOnPaths(place, data.edges, data.loss);
    if (nodes.size < 2) return [];
    const button = make("button", { type: "button", class: "boxed", "aria-pressed": "false" }, texts.path ?? "");
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      light(on ? nodes : null);
    });
    return [button];
  }

  /** @param {Set<number> | null} nodes */
  function light(nodes) {
    if (!nodes) return stage.picture.light(null);
    const seen = new Set([...nodes].map((at) => stage.seenAs(data.nodes[at]?.id ?? "")).filter((id) => id !== null));
    seen.add("@output");
    const edges = stage.picture.parts("edge").filter((edge) => seen.has(edge.getAttribute("data-source") ?? "") && seen.has(edge.getAttribute("data-target") ?? ""));
    stage.picture.light({ nodes: seen, edges: edges.map((edge) => edge.getAttribute("data-id") ?? "") });
  }

  /** Open what is around a part, and go there. @param {string} id */
  async function goTo(id) {
    const node = data.nodes[places.get(id) ?? -1];
    const around = groupsAround(node ? node.group : (stage.parents.get(id) ?? null), stage.parents);
    const hidden = around.find((group) => !open.has(group));
    if (hidden !== undefined && !stage.picture.element(id)) await show(new Set([...open, ...around]), hidden);
    select(id);
    const seen = stage.seenAs(id);
    if (seen !== null) stage.goTo(seen);
  }

  const search = byId("search");
  const results = byId("results");
  search.placeholder = texts.search ?? "";
  search.setAttribute("aria-label", texts.search ?? "");
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = [...data.groups.filter((group) => !group.row).map((group) => ({ id: group.id, label: data.parts[group.id]?.title ?? "" })), ...data.nodes];
    const found = words.length ? all.filter(({ id, label }) => words.every((/** @type {string} */ word) => `${id} ${label}`.toLowerCase().includes(word))) : [];
    results.hidden = found.length === 0;
    results.replaceChildren(
      ...found.slice(0, FOUND).map(({ id, label }) => {
        const button = make("button", { type: "button" }, make("span", {}, id), make("span", { class: "muted" }, label));
        button.addEventListener("click", () => {
          results.hidden = true;
          goTo(id);
        });
        return make("li", {}, button);
      }),
    );
  });
  search.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") results.querySelector("button")?.click();
    if (event.key === "Escape") results.hidden = true;
  });
  byId("fit").addEventListener("click", stage.fit);
  byId("closer").addEventListener("click", () => stage.zoom.by(1.4));
  byId("farther").addEventListener("click", () => stage.zoom.by(1 / 1.4));
  byId("findings").addEventListener("click", () => select(null));
  const output = byId("output");
  output.title = texts.output ?? "";
  output.setAttribute("aria-label", texts.output ?? "");
  output.hidden = data.loss === null;
  output.addEventListener("click", () => goTo("@output"));
  new ResizeObserver(() => {
    const view = shown && nearestView(data.views, open, null, formFor(open, null));
    if (view && shown && view.form !== shown.form && isSame(view.open, open)) show(open, null).catch(ignoreFailedCall);
  }).observe(byId("canvas"));

  document.title = data.title;
  byId("title").textContent = data.title;
  byId("sub").textContent = data.sub;
  byId("findings").textContent = texts.findings ?? "";
  select(null);
  show(open, null).then(() => (document.body.dataset.ready = "true"), ignoreFailedCall);
}

read().then(start, (/** @type {Error} */ error) => {
  byId("notice").hidden = false;
  byId("notice").textContent = error.message;
});
