/** A pasted text of another tool: what it is, what became of each line, and a button that takes it as the program. */

import { make } from "../kit/element.js";
import { isAbort } from "../kit/http.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Translation} Translation */

/** @param {App} app */
export function mountTranslation(app) {
  const { store, t } = app;
  const place = /** @type {HTMLElement} */ (document.getElementById("translation"));
  /** The text that the shown translation is of. */
  let text = "";

  function hide() {
    place.hidden = true;
    place.replaceChildren();
  }

  async function offer() {
    text = store.get("program");
    /** @type {Translation} */
    let found;
    try {
      found = await app.api.translate(text);
    } catch (error) {
      // Without an answer the error above says what is wrong.
      if (!isAbort(error)) hide();
      return;
    }
    if (text !== store.get("program")) return;
    const changed = found.lines.some((line) => line.becomes !== line.text);
    if (!found.kind || !changed) return hide();
    show(found);
  }

  /** @param {Translation} found */
  function accept(found) {
    const { program, inputs, upstream, mistakes, conventions } = found;
    hide();
    app.edit({ program, inputs, upstream, mistakes, conventions });
    app.announce(t("Read as a program; undo brings the text back."));
  }

  /** @param {Translation} found */
  function show(found) {
    const button = make("button", { type: "button", class: "boxed" }, t("Read as a program"));
    button.addEventListener("click", () => accept(found));
    place.replaceChildren(
      make("p", { class: "what" }, t("This looks like {what}.", { what: found.name })),
      ...(found.note ? [make("p", {}, found.note)] : []),
      button,
      make(
        "details",
        {},
        make("summary", {}, t("Line by line")),
        make("ol", { class: "translated", tabindex: 0, "aria-label": t("Line by line") }, found.lines.filter((line) => line.becomes !== line.text).map(lineOf)),
      ),
    );
    place.hidden = false;
  }

  /** @param {Translation["lines"][number]} line */
  function lineOf({ line, text: stood, becomes, why }) {
    return make(
      "li",
      { value: line },
      stood !== "" && make("del", { class: "code" }, shortened(stood)),
      becomes !== null && make("ins", { class: "code" }, shortened(becomes)),
      make("p", { class: "muted" }, becomes === null ? t("dropped: {why}", { why: why ?? "" }) : why),
    );
  }

  app.on("problem", (problem) => {
    if (problem?.type === "/api#program") offer();
    else hide();
  });
  store.subscribe(["program"], ({ program }) => {
    if (program !== text) hide();
  });
  store.subscribe(["lang"], () => {
    if (!place.hidden) offer();
  });
}

/** Most lines of one statement that are shown. */
const LINES = 6;
/** Most letters of a line that are shown. */
const LETTERS = 400;

/** @param {string} text */
function shortened(text) {
  const lines = text.split("\n").map((line) => (line.length > LETTERS ? `${line.slice(0, LETTERS)} …` : line));
  return lines.length > LINES ? [...lines.slice(0, LINES), "…"].join("\n") : lines.join("\n");
}
