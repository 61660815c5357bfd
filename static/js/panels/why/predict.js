/** A question before the first drag of the apples and oranges: will the tax's gradient rise, fall or stay? Asked once. */

import { icon, make } from "../../kit/element.js";
import { byId } from "../../kit/page-data.js";
import { covers } from "./clear.js";

/** @typedef {import("../../figure/types.js").App} App */

/** Under which the browser keeps that it was asked. */
const KEY = "chainrule predicted";
/** What is dragged, and whose gradient follows. */
const DRAGGED = "apple";
const WATCHED = "tax";
const CROSS = "M5 5l10 10M15 5L5 15";

/** @typedef {"rise" | "fall" | "stay"} Guess */

/**
 * Return how a gradient follows a value: with it, against it, or not at all.
 * @param {number} value change of the value
 * @param {number} gradient change of the gradient
 * @returns {Guess}
 */
export const follows = (value, gradient) => (gradient === 0 || value === 0 ? "stay" : value > 0 === gradient > 0 ? "rise" : "fall");

/**
 * @param {App} app
 * @param {HTMLElement} root
 */
export function mountPredict(app, root) {
  const { store, t } = app;
  const view = /** @type {HTMLElement} */ (root.parentElement);
  /** @type {Guess | null} */
  let guess = null;
  /** The numbers at the time of the question. @type {{value: number, gradient: number} | null} */
  let before = null;
  let settled = 0;

  const numbers = () => {
    const at = (/** @type {string} */ id) => app.graph?.nodes.find((node) => node.id === id);
    const [value, gradient] = [at(DRAGGED)?.value, at(WATCHED)?.grad];
    return typeof value === "number" && typeof gradient === "number" ? { value, gradient } : null;
  };

  /** Whether the page shows the book's shopping, untouched so far. */
  const fits = () => app.mode === "explore" && !app.graph?.error && app.graph?.output === "price" && Object.keys(store.get("inputs")).length === 0 && numbers() !== null;

  function asked() {
    try {
      return localStorage.getItem(KEY) !== null;
    } catch {
      return true;
    }
  }

  function close() {
    root.hidden = true;
    root.replaceChildren();
    view.style.removeProperty("--predict");
    guess = before = null;
  }

  /** @param {import("../../kit/element.js").Child[]} content */
  function show(...content) {
    root.replaceChildren(...content.filter((part) => part instanceof Node), make("button", { type: "button", class: "trace-close", "aria-label": t("Close"), title: t("Close") }, icon(CROSS)));
    root.querySelector(".trace-close")?.addEventListener("click", close);
    root.hidden = false;
    // Where it would hide a part of the graph, that moves out of the way.
    const moved = view.style.getPropertyValue("--predict") !== "";
    if (moved || covers(app.view.svg, root)) view.style.setProperty("--predict", `${root.offsetHeight + root.offsetTop}px`);
  }

  function ask() {
    if (asked() || !fits()) return;
    before = numbers();
    try {
      localStorage.setItem(KEY, "asked");
    } catch {
      // It may then be asked again.
    }
    const button = (/** @type {Guess} */ kind, /** @type {string} */ words) => {
      const made = make("button", { type: "button", class: "boxed" }, words);
      made.addEventListener("click", () => {
        guess = kind;
        show(make("p", {}, t("You say: it will {guess}. Now drag the apple's price.", { guess: words })));
      });
      return made;
    };
    show(
      make("p", {}, t("Before you drag: if the apple's price rises, what will the gradient of tax do?")),
      make("p", { class: "predict-choices" }, button("rise", t("rise")), button("fall", t("fall")), button("stay", t("stay"))),
    );
  }

  /** Judge the guess once the hand rests. */
  function judge() {
    const now = numbers();
    if (!guess || !before || !now || now.value === before.value) return;
    const truth = follows(now.value - before.value, now.gradient - before.gradient);
    const words = { rise: t("rise"), fall: t("fall"), stay: t("stay") };
    const said = guess === truth ? t("As you said: it does {truth} with the price.", { truth: words[truth] }) : t("You said: {guess}. It does {truth} with the price; below is why.", { guess: words[guess], truth: words[truth] });
    guess = null;
    show(make("p", {}, said));
    app.announce(said);
  }

  const row = (/** @type {Event} */ { target }) => target instanceof Element && target.closest(`[data-input="${DRAGGED}"]`);
  const inputs = byId("inputs");
  inputs.addEventListener("pointerover", (event) => row(event) && ask());
  inputs.addEventListener("focusin", (event) => row(event) && ask());
  store.subscribe(["inputs"], ({ inputs: changed }) => {
    if (root.hidden) return;
    // Who drags without an answer is not asked further.
    if (!guess) return close();
    if (Object.keys(changed).some((name) => name !== DRAGGED)) return close();
    clearTimeout(settled);
    settled = window.setTimeout(judge, 900);
  });
  store.subscribe(["program", "labels", "step", "lang", "second"], close);
}

/** @param {App} app */
export const mount = (app) => mountPredict(app, byId("predict"));
