/** A script beside its graph, run line by line; each line lights its nodes and shows its number. */

import { make } from "../../kit/element.js";
import { base, scriptLines, withValue } from "./script-lines.js";
import { placeView } from "./view.js";

/** @typedef {import("./script-lines.js").ScriptLine} ScriptLine */

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const layout = make("div", { class: "code-figure" });
  host.append(layout);
  const beside = make("div", { class: "code-graph" });
  const { figure: made, drawn } = placeView(beside, figure, lesson);
  const script = make("ol", { class: "script", "aria-label": t("Script") });
  const buttons = make("div", { class: "code-buttons" });
  layout.append(beside, make("div", { class: "code-script" }, buttons, script));
  await drawn;
  const { app } = made;
  const lines = scriptLines(figure.script ?? "");
  const runs = lines.map((line, k) => (line.kind === "plain" ? -1 : k)).filter((k) => k >= 0);

  const node = (/** @type {string} */ name) => app.graph?.nodes.find((item) => item.name === name);
  /** @param {ScriptLine} line */
  function result({ kind, makes, reads }) {
    if (kind === "forward") return makes.map((name) => node(name)?.value_text ?? "").join(", ");
    if (kind === "backward") return makes.map((name) => node(name)?.grad_text ?? "").join(", ");
    if (kind === "print") return reads.map((name) => node(name)?.value_text ?? node(base(name))?.grad_text ?? "").join(", ");
    return "";
  }

  const rows = lines.map((line, k) => {
    const code = make("code", {}, line.text || " ");
    const out = make("output", { class: line.kind === "backward" || (line.kind === "print" && !node(line.reads[0] ?? "")) ? "backward" : "forward" });
    const row = make("li", { class: line.text.startsWith("#") ? "comment" : null }, line.kind === "plain" ? code : make("button", { type: "button", "data-line": k }, code), out);
    script.append(row);
    return { row, out, code };
  });

  /** Index in `runs` of the line run last. */
  let at = -1;
  function show() {
    const current = runs[at];
    const past = runs.slice(0, Math.max(0, at));
    rows.forEach(({ row, out, code }, k) => {
      const line = lines[k];
      const value = line?.kind === "input" ? node(line.makes[0] ?? "")?.value : undefined;
      if (line && typeof value === "number") code.textContent = withValue(line.text, value);
      row.toggleAttribute("aria-current", k === current);
      const ran = at >= 0 && k <= (current ?? -1);
      out.textContent = ran && line ? result(line) && `→ ${result(line)}` : "";
    });
    app.view.mark("waiting", current === undefined ? [] : stillToCome(lines.slice(0, current + 1)));
    if (current === undefined) return app.view.light(null);
    const parts = (/** @type {ScriptLine} */ line) => lit(line, app.graph);
    const now = parts(/** @type {ScriptLine} */ (lines[current]));
    const done = past.flatMap((k) => {
      const { nodes, edges } = parts(/** @type {ScriptLine} */ (lines[k]));
      return [...nodes, ...edges];
    });
    app.view.light({ ...now, done });
    app.view.svg?.setAttribute("data-phase", lines[current]?.kind === "backward" ? "backward" : "forward");
    // Scroll the script's own box, not the page.
    const row = rows[current]?.row;
    if (row) script.scrollTop = Math.max(0, row.offsetTop - script.clientHeight / 2);
  }

  /** Return the edges whose gradient no line has computed yet. @param {ScriptLine[]} ran */
  function stillToCome(ran) {
    const brought = new Set(ran.filter(({ kind }) => kind === "backward").flatMap((line) => lit(line, app.graph).edges));
    return app.view.parts("edge").map((edge) => edge.getAttribute("data-id") ?? "").filter((id) => !brought.has(id));
  }

  /** @param {number} next */
  function go(next) {
    at = Math.min(runs.length - 1, Math.max(-1, next));
    show();
    const line = lines[runs[at] ?? -1];
    if (line) announce(`${line.text.split("  #")[0]} ${result(line)}`);
  }
  const button = (/** @type {string} */ words, /** @type {() => void} */ run) => {
    const made = make("button", { type: "button", class: "boxed" }, words);
    made.addEventListener("click", run);
    buttons.append(made);
    return made;
  };
  button(t("Run the next line"), () => go(at + 1));
  button(t("Previous line"), () => go(at - 1));
  button(t("Run all"), () => go(runs.length - 1));
  button(t("From the start"), () => go(-1));
  script.addEventListener("click", (event) => {
    const line = /** @type {Element} */ (event.target).closest("[data-line]")?.getAttribute("data-line");
    if (line) go(runs.indexOf(Number(line)));
  });
  app.on("values", show);
  app.on("picture", show);
  show();
  return made;
}

/**
 * Return what a line lights: forward its node and inputs, backward the edges back from the node it reads.
 * @param {ScriptLine} line
 * @param {import("../../figure/answers.js").Graph | null} graph
 */
function lit({ kind, makes, reads }, graph) {
  const ids = (/** @type {string[]} */ names) => names.flatMap((name) => graph?.nodes.filter((node) => node.name === name).map((node) => node.id) ?? []);
  const [made, read] = [ids(makes), ids(reads)];
  const between = (/** @type {string[]} */ sources, /** @type {string[]} */ targets) =>
    graph?.edges.filter((edge) => sources.includes(edge.source) && targets.includes(edge.target)).map((edge) => edge.id) ?? [];
  if (kind === "forward") return { nodes: [...made, ...read, ...ends(made, graph)], edges: [...between(read, made), ...made.map((id) => `${id}->@output`)] };
  if (kind === "backward") return { nodes: [...read, ...(read.length ? [] : made)], edges: read.length ? between(made, read) : made.map((id) => `${id}->@output`) };
  if (kind === "input") return { nodes: made, edges: [] };
  const named = ids([...reads, ...reads.map(base)]);
  return { nodes: [...named, ...ends(named, graph)], edges: [] };
}

/**
 * Return the graph's end, if its output is among the nodes.
 * @param {string[]} nodes
 * @param {import("../../figure/answers.js").Graph | null} graph
 */
const ends = (nodes, graph) => (graph?.output && nodes.includes(graph.output) ? ["@output"] : []);
