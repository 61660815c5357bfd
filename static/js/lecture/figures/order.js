/** The backward pass in the student's own order: each node passes back what has arrived, whether or not it is whole. */

import { make, makeSvg } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { KEY_MOVES } from "../../panels/stepper/clock.js";
import { placeView } from "./view.js";

/** @typedef {import("../../figure/answers.js").OrderAnswer} OrderAnswer */

/** @type {import("../types.js").SpecialFigure["mount"]} */
export async function mount(host, figure, lesson) {
  const { t, announce } = lesson;
  const { figure: made, drawn } = placeView(host, figure, lesson);
  await drawn;
  const { app } = made;
  const { store, view } = app;
  const place = /** @type {HTMLElement} */ (host.closest(".figure"));

  /** @type {string[]} nodes in the order of their turns */
  let order = [];
  /** @type {OrderAnswer} */
  let now;
  /** Whether the answer to the order on the page has not come yet. */
  let asking = false;

  const turns = make("div", { class: "order-turns", role: "group", "aria-label": t("Whose turn is it?") });
  const undo = make("button", { type: "button", class: "boxed" }, t("Take a turn back"));
  const again = make("button", { type: "button", class: "boxed" }, t("From the start"));
  const said = make("p", { class: "order-said", role: "status" });
  const body = make("tbody", {});
  const table = make(
    "table",
    { class: "figure-table order-table" },
    make("caption", {}, t("What has arrived")),
    make("thead", {}, make("tr", {}, [t("Node"), t("Still waits for"), t("Passed back"), t("In your order"), t("In a right order")].map((word, k) => make("th", { scope: "col", class: k ? "number" : null }, word)))),
    body,
  );
  host.append(make("p", { class: "order-question" }, t("Whose turn is it? Click a node, or choose it here:")), turns, make("div", { class: "code-buttons order-buttons" }, undo, again), said, make("div", { class: "table-scroll" }, table));

  const called = (/** @type {string} */ id) => app.graph?.nodes.find((node) => node.id === id)?.name ?? id;
  const ended = () => now.left.length === 0;

  function draw() {
    view.viewport?.querySelector(".waits")?.remove();
    const marks = now.nodes.flatMap(({ id, waiting }) => {
      const box = view.box(id);
      const op = app.graph?.nodes.find((node) => node.id === id)?.kind === "op";
      if (!box) return [];
      const had = order.includes(id);
      const state = had ? "had" : waiting > 0 ? "waits" : op ? "ready" : "whole";
      // An input's letters end at its box's right.
      const at = { x: op ? box.x + box.width / 2 : box.x + box.width - 8, y: box.y - (op ? 6 : 14) };
      return [
        makeSvg(
          "g",
          { class: `wait ${state}`, "aria-hidden": "true" },
          makeSvg("circle", { cx: at.x, cy: at.y, r: 15 }),
          makeSvg("text", { x: at.x, y: at.y + 7 }, had || state === "whole" ? "✓" : String(waiting)),
        ),
      ];
    });
    view.viewport?.append(makeSvg("g", { class: "waits" }, ...marks));
    // Gradients stand only where they have been brought, as this order brought them.
    const brought = new Map(now.turns.flatMap(({ edges }) => edges.map((edge) => [edge.id, edge.contribution_text])));
    const all = view.parts("edge").map((edge) => edge.getAttribute("data-id") ?? "");
    view.mark("waiting", all.filter((id) => !brought.has(id) && !id.endsWith("@output")));
    view.mark("late", now.lost);
    for (const [id, text] of brought) {
      const grad = view.element(id)?.querySelector("text.grad");
      if (grad && grad.textContent !== text) grad.textContent = text;
    }
    const arrived = new Map(now.nodes.map(({ id, gradient_text }) => [id, gradient_text]));
    for (const node of view.parts("node")) {
      const sum = node.querySelector(".sum-value");
      const text = arrived.get(node.getAttribute("data-id") ?? "");
      if (sum) sum.textContent = text ?? "?";
    }
  }

  function show() {
    const last = now.turns.at(-1);
    const wrong = now.nodes.filter(({ equal }) => !equal);
    turns.replaceChildren(
      ...now.left.map((id) => {
        const waiting = now.nodes.find((node) => node.id === id)?.waiting ?? 0;
        const button = make("button", { type: "button", class: "boxed", "data-turn": id }, make("code", {}, called(id)), " ", make("span", { class: "muted" }, waiting > 0 ? t("waits for {n}", { n: waiting }) : t("waits for none")));
        button.addEventListener("click", () => take(id));
        return button;
      }),
    );
    undo.disabled = again.disabled = order.length === 0;
    body.replaceChildren(
      ...now.nodes.map(({ id, waiting, gradient_text, right_text, equal }) => {
        const turn = now.turns.find((item) => item.id === id);
        return make(
          "tr",
          { class: ended() && !equal ? "wrong" : null },
          make("th", { scope: "row" }, make("code", {}, called(id))),
          make("td", { class: "number" }, waiting),
          make("td", { class: "number backward" }, turn?.gradient_text ?? "–"),
          make("td", { class: "number backward" }, gradient_text ?? "–"),
          make("td", { class: "number" }, ended() ? `${right_text} ${equal ? "✓" : "✗"}` : "–"),
        );
      }),
    );
    const words = [];
    /** By node, what came too late. @type {Map<string, string[]>} */
    const late = new Map();
    for (const { id, contribution_text } of last?.edges ?? []) {
      const source = id.split("->")[0] ?? "";
      if (last?.late.includes(id)) late.set(source, [...(late.get(source) ?? []), contribution_text]);
    }
    for (const [source, numbers] of late) {
      words.push(t("{reader} brings {number} to {node}, but {node} has had its turn: behind {node} it is lost.", { reader: called(last?.id ?? ""), number: numbers.join(" + "), node: called(source) }));
    }
    if (last && last.waiting > 0) words.push(t("{node} passed back {number} while {n} contributions were still to come.", { node: called(last.id), number: last.gradient_text, n: last.waiting }));
    if (ended()) {
      words.push(
        wrong.length === 0
          ? t("Every node waited for all its readers: all gradients are right.")
          : t("Wrong in your order: {names}.", { names: wrong.map(({ id, gradient_text, right_text }) => `${called(id)}: ${gradient_text ?? 0} ≠ ${right_text}`).join(", ") }),
      );
    }
    said.textContent = words.join(" ");
    draw();
  }

  /** Ask what an order leads to. @param {string[]} next */
  async function ask(next) {
    asking = true;
    try {
      const answer = await app.api.post("/graphs/order", { ...app.api.body(), order: next }, "order");
      order = next;
      now = answer;
      show();
      return true;
    } catch (error) {
      if (isAbort(error)) return false;
      throw error;
    } finally {
      asking = false;
    }
  }

  /** Give a node its turn. @param {string} id */
  async function take(id) {
    if (asking || !now.left.includes(id)) return;
    const focused = turns.contains(document.activeElement);
    const went = await ask([...order, id]);
    if (went && focused) /** @type {HTMLElement} */ (turns.querySelector("button") ?? undo).focus();
    if (went) announce(said.textContent || t("{node} has passed back.", { node: called(id) }));
  }
  const back = () => ask(order.slice(0, -1));
  undo.addEventListener("click", back);
  again.addEventListener("click", () => ask([]));
  store.subscribe(["selected"], () => {
    const id = store.get("selected");
    if (id === null || !now.left.includes(id)) return;
    take(id);
    app.select(null);
  });

  /** A clicker and the arrow keys walk in a right order, or take turns back. @param {number} direction */
  function walk(direction) {
    if (direction < 0 ? order.length === 0 : ended()) return false;
    if (direction < 0) back();
    else take(now.ready[0] ?? now.left[0] ?? "");
    return true;
  }
  place.addEventListener("walk", (event) => {
    if (walk(/** @type {CustomEvent<number>} */ (event).detail)) event.preventDefault();
  });
  place.addEventListener("keydown", (event) => {
    const move = KEY_MOVES[event.key];
    if ((move !== "next" && move !== "previous") || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target instanceof Element && event.target.closest("input, .canvas")) return;
    event.preventDefault();
    walk(move === "next" ? 1 : -1);
  });
  // A prediction shows the order that it asked about.
  place.addEventListener("order", (event) => ask(/** @type {CustomEvent<string[]>} */ (event).detail));

  await ask([]);
  app.on("picture", () => draw());
  app.on("values", () => ask(order));
  return made;
}
