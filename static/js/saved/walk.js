/** The walk through a saved graph: node by node forward, then edge by edge back. */

import { icon, make } from "../kit/element.js";

/** Arrows of the buttons. */
const ICONS = { back: "M12.5 5L7.5 10l5 5", on: "M7.5 5l5 5-5 5", end: "M5 5l10 10M15 5L5 15" };

/**
 * @param {HTMLElement} place
 * @param {ReturnType<typeof import("./stage.js").createStage>} stage
 * @param {import("./types.js").Data} data
 */
export function createWalk(place, stage, data) {
  let step = -1;
  const order = new Map(data.nodes.map((node, at) => [node.id, at]));
  for (const group of data.groups) order.set(group.id, order.get(data.nodes.find((node) => node.group === group.id)?.id ?? "") ?? 0);
  const said = make("span", { class: "walk-said", role: "status" });
  /** @param {string} path @param {string} label @param {() => void} act */
  const button = (path, label, act) => {
    const made = make("button", { type: "button", "aria-label": label, title: label }, icon(path));
    made.addEventListener("click", act);
    return made;
  };

  /** The visible steps: nodes forward, then edges back. */
  function steps() {
    const nodes = stage.picture.parts("node").map((node) => node.getAttribute("data-id") ?? "");
    const edges = stage.picture.parts("edge").map((edge) => ({
      id: edge.getAttribute("data-id") ?? "",
      source: edge.getAttribute("data-source") ?? "",
      target: edge.getAttribute("data-target") ?? "",
      returns: edge.querySelector(".backward") !== null,
    }));
    const place = new Map(nodes.map((id, at) => [id, at]));
    const back = edges.filter(({ returns }) => returns).sort((a, b) => (place.get(b.target) ?? 0) - (place.get(a.target) ?? 0));
    return { nodes, edges, back };
  }

  function show() {
    const { nodes, edges, back } = steps();
    const last = nodes.length + back.length - 1;
    step = Math.max(-1, Math.min(step, last));
    const { svg } = stage.picture;
    if (step < 0) {
      svg?.removeAttribute("data-phase");
      stage.picture.mark("waiting", []);
      stage.picture.light(null);
      said.textContent = "";
      return;
    }
    const forward = step < nodes.length;
    svg?.setAttribute("data-phase", forward ? "forward" : "backward");
    const reached = new Set(nodes.slice(0, Math.min(step + 1, nodes.length)));
    const passed = back.slice(0, Math.max(0, step - nodes.length + 1));
    const gone = new Set(passed.map(({ id }) => id));
    const now = forward ? nodes[step] : (passed.at(-1)?.source ?? "");
    const lit = forward ? edges.filter(({ target }) => target === now).map(({ id }) => id) : [passed.at(-1)?.id ?? ""];
    stage.picture.light({ nodes: [now ?? ""], edges: lit, done: [...reached, ...edges.filter(({ target }) => reached.has(target)).map(({ id }) => id)] });
    stage.picture.mark("waiting", edges.filter(({ id, returns }) => returns && !gone.has(id)).map(({ id }) => id));
    const about = stage.picture.element(forward ? (now ?? "") : (passed.at(-1)?.id ?? ""))?.getAttribute("aria-label") ?? "";
    said.textContent = `${step + 1} / ${last + 1} · ${about}`;
    stage.zoom.follow(now ?? "");
  }

  place.replaceChildren(
    button(ICONS.back, data.texts.back ?? "", () => {
      step -= 1;
      show();
    }),
    button(ICONS.on, data.texts.on ?? "", () => {
      step += 1;
      show();
    }),
    button(ICONS.end, data.texts.end ?? "", () => {
      step = -1;
      show();
    }),
    said,
  );
  return {
    reset() {
      step = -1;
      said.textContent = "";
      stage.picture.mark("waiting", []);
    },
  };
}
