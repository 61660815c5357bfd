/** The same kink in other engines: who answers what, as a picture, and as a table for screen readers. */

import { make } from "../../kit/element.js";
import { failureText, isAbort } from "../../kit/http.js";

/** @typedef {import("../../figure/answers.js").KinkItem} KinkItem */
/** @typedef {import("../../figure/answers.js").Engine} Engine */

/** @typedef {import("../../figure/answers.js").ExplainedKink} ExplainedKink */

/** @param {unknown} a @param {unknown} b */
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * What the graph passes back at the numbers that the engines were asked at: of a choice, what it gives there; else as here.
 * @param {KinkItem} item
 * @param {readonly ExplainedKink[]} met
 */
export function passedHere(item, met) {
  const chosen = met[0]?.choices.find((choice) => choice.chosen)?.name;
  return item.choices.find(({ name }) => name === chosen)?.gradients ?? met.map(({ places }) => places[0]?.passed);
}

/**
 * Create the panel of one kink; its answers are fetched when it is opened.
 * @param {import("../../figure/types.js").App} app
 * @param {string} id
 */
export function createElsewhere(app, id) {
  const { t } = app;
  const summary = make("summary", {}, t("The same kink in other engines"));
  const body = make("div", { class: "elsewhere" });
  const element = make("details", {}, summary, body);
  /** @type {KinkItem | null} */
  let item = null;
  /** The kink on the graph, once an operand. @type {readonly ExplainedKink[]} */
  let met = [];

  element.addEventListener("toggle", async () => {
    if (!element.open || item) return;
    try {
      item = await app.api.kink(id);
      show();
    } catch (error) {
      if (!isAbort(error)) body.replaceChildren(make("p", { class: "muted" }, failureText(error, t)));
    }
  });

  function show() {
    if (!item?.own) return;
    const { answers, missing, expression, text, measured, own } = item;
    const chainrule = { id: "chainrule", name: "Chainrule", version: own.version, precision: "float64" };
    const groups = answers.map((answer) => ({ ...answer, engines: answer.own ? [chainrule, ...answer.engines] : answer.engines }));
    const all = groups.reduce((sum, { engines }) => sum + engines.length, 0);
    const here = passedHere(item, met);
    const usual = measured ? t("Measured on {date}. Point at a name for its version.", { date: measured }) : "";
    const caption = make("p", { class: "engine-caption muted" }, usual);

    /** @param {Engine} engine */
    const about = ({ name, version, precision }) => `${name} ${version}, ${precision}`;
    let first = true;
    /** @param {Engine} engine */
    function chip(engine) {
      const button = make(
        "button",
        { type: "button", class: engine === chainrule ? "engine own" : "engine", "aria-label": about(engine), tabindex: first ? 0 : -1 },
        engine.name,
      );
      first = false;
      const tell = () => (caption.textContent = about(engine));
      button.addEventListener("pointerenter", tell);
      button.addEventListener("focus", tell);
      button.addEventListener("click", tell);
      return button;
    }
    const picture = make(
      "ol",
      { class: "split", "data-own-arrows": true },
      groups.map(({ text: answer, gradients, engines, own: ours }) =>
        make(
          "li",
          { class: ours ? "own" : null },
          make("div", { class: "answer" }, make("strong", {}, answer), same(gradients, here) && make("span", { class: "here" }, t("as here")), make("span", { class: "muted" }, t("{n} of {all}", { n: engines.length, all }))),
          make("div", { class: "share", "aria-hidden": "true" }, engines.map(() => make("span"))),
          make("div", { class: "engines" }, engines.map(chip)),
        ),
      ),
    );
    picture.style.setProperty("--engines", String(all));
    picture.addEventListener("keydown", moveFocus);
    picture.addEventListener("pointerleave", () => (caption.textContent = usual));
    body.replaceChildren(
      make("p", {}, make("code", {}, expression), " ", make("span", { class: "muted" }, text)),
      caption,
      picture,
      ...(missing.length > 0 ? [make("p", { class: "muted" }, t("Not there: {names}", { names: missing.map(({ name }) => name).join(", ") }))] : []),
      table(groups, expression),
    );
  }

  /** @param {{text: string, engines: Engine[]}[]} groups @param {string} expression */
  function table(groups, expression) {
    const heads = [t("Engine"), t("Version"), t("Precision"), t("Gradient")];
    return make(
      "table",
      { class: "visually-hidden" },
      make("caption", {}, `${t("The same kink in other engines")}: ${expression}`),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
      make(
        "tbody",
        {},
        groups.flatMap(({ text, engines }) =>
          engines.map(({ name, version, precision }) =>
            make("tr", {}, make("th", { scope: "row" }, name), make("td", {}, version), make("td", {}, precision), make("td", {}, text)),
          ),
        ),
      ),
    );
  }

  /** Move the focus among the names by arrow keys. @param {KeyboardEvent} event */
  function moveFocus(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const names = /** @type {HTMLElement[]} */ ([...body.querySelectorAll(".engine")]);
    const at = names.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const next = step && names[at + step];
    if (at < 0 || !next) return;
    event.preventDefault();
    for (const name of names) name.tabIndex = name === next ? 0 : -1;
    next.focus();
  }

  return {
    element,
    /**
     * Mark the engines that pass back what the graph does.
     * @param {readonly ExplainedKink[]} now once an operand
     */
    showMet(now) {
      if (same(now, met)) return;
      met = now;
      show();
    },
    translate() {
      summary.textContent = t("The same kink in other engines");
      show();
    },
  };
}
