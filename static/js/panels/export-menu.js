/** The export menu: formats, preview, copy and download. */

import { copyImage, copyText } from "../kit/clipboard.js";
import { download } from "../kit/download.js";
import { make, morph } from "../kit/element.js";
import { failureText, isAbort } from "../kit/http.js";
import { msg } from "../kit/i18n.js";
import { exportContent, pageTheme } from "./export-content.js";
import { pngOf } from "./png.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("./export-content.js").Format} Format */
/** @typedef {import("./export-content.js").Content} Content */

const FORMATS = /** @type {const} */ ([
  ["svg", msg("SVG picture")],
  ["png", msg("PNG picture, 2×")],
  ["program", msg("Program")],
  ["python", msg("Python (the book's layers)")],
  ["pytorch", "PyTorch"],
  ["dot", msg("DOT (Graphviz)")],
  ["mermaid", "Mermaid"],
  ["json", "JSON"],
  ["curl", msg("curl command")],
  ["link", msg("Link")],
]);

const THEMES = /** @type {const} */ ([
  ["light", msg("Light")],
  ["dark", msg("Dark")],
  ["projector", msg("Projector")],
]);

/** Time that "Copied" stays on the button, in milliseconds. */
const CONFIRMED = 1600;

/** @param {App} app */
export function mount(app) {
  const { store, t } = app;
  const root = /** @type {HTMLElement} */ (document.getElementById("export"));
  /** @type {Format} */
  let format = "svg";
  /** @type {string | null} theme of a picture; null for the page's own */
  let theme = null;
  /** @type {Content | null} */
  let content = null;
  let problem = "";
  let confirmation = "";
  let confirmationTimer = 0;
  let newest = 0;

  const isPicture = () => format === "svg" || format === "png";

  async function refresh() {
    const turn = ++newest;
    problem = "";
    confirmation = "";
    try {
      const answer = await exportContent(app, format, theme ?? pageTheme(store));
      if (turn !== newest) return;
      if (content?.image) URL.revokeObjectURL(content.image);
      content = answer;
    } catch (error) {
      if (isAbort(error) || turn !== newest) return;
      content = null;
      problem = failureText(error, t);
    }
    render();
  }

  /** @param {Format} chosen */
  function choose(chosen) {
    format = chosen;
    content = null;
    render();
    refresh();
  }

  /** @param {string} text */
  function confirm(text) {
    confirmation = text;
    app.announce(text);
    render();
    clearTimeout(confirmationTimer);
    confirmationTimer = window.setTimeout(() => {
      confirmation = "";
      render();
    }, CONFIRMED);
  }

  async function save() {
    if (!content) return;
    const { name, text, type } = content;
    download(name, format === "png" ? await pngOf(text) : new Blob([text], { type }));
    confirm(t("Saved as {name}", { name }));
  }

  async function copy() {
    if (!content) return;
    const copied = format === "png" ? await copyImage(pngOf(content.text)) : await copyText(content.text);
    confirm(copied ? t("Copied") : t("The browser does not allow copying."));
  }

  function preview() {
    if (problem) return make("p", { class: "export-problem" }, problem);
    if (!content) return make("p", { class: "muted" }, t("Loading…"));
    if (content.image) return make("img", { src: content.image, alt: t("Preview of the picture") });
    return make("pre", { tabindex: 0, "aria-label": t("Text to copy") }, make("code", {}, content.text));
  }

  function themes() {
    const current = theme ?? pageTheme(store);
    return make(
      "div",
      { class: "choices", role: "radiogroup", "aria-label": t("Colours of the picture") },
      THEMES.map(([value, name]) =>
        make(
          "button",
          { type: "button", role: "radio", "aria-checked": String(value === current), tabindex: value === current ? 0 : -1, "data-colours": value },
          t(name),
        ),
      ),
    );
  }

  function render() {
    const fresh = make(
      "section",
      {},
      make(
        "div",
        { class: "formats", role: "tablist", "aria-orientation": "vertical", "aria-label": t("Format") },
        FORMATS.map(([value, name]) =>
          make(
            "button",
            {
              type: "button",
              role: "tab",
              id: `format-${value}`,
              "aria-selected": String(value === format),
              "aria-controls": "export-content",
              tabindex: value === format ? 0 : -1,
              "data-format": value,
            },
            t(name),
          ),
        ),
      ),
      make(
        "div",
        { class: "export-content", id: "export-content", role: "tabpanel", "aria-labelledby": `format-${format}`, "aria-busy": String(!content && !problem) },
        isPicture() && themes(),
        make("div", { class: "preview", "data-key": isPicture() ? "picture" : "text" }, preview()),
        make(
          "div",
          { class: "export-buttons" },
          make("button", { type: "button", class: "boxed", "data-action": "copy", disabled: !content }, t("Copy")),
          format !== "link" &&
            make("button", { type: "button", class: "boxed", "data-action": "save", disabled: !content }, t("Download")),
          make("span", { class: "done" }, confirmation),
        ),
      ),
    );
    for (const { name, value } of root.attributes) fresh.setAttribute(name, value);
    morph(root, fresh);
  }

  root.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    const wanted = /** @type {Format | null | undefined} */ (button?.getAttribute("data-format"));
    const colours = button?.getAttribute("data-colours");
    const action = button?.getAttribute("data-action");
    if (wanted) choose(wanted);
    if (colours) {
      theme = colours;
      render();
      refresh();
    }
    if (action === "copy") copy();
    if (action === "save") save();
  });
  root.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity }[event.key];
    if (!(event.target instanceof Element) || !event.target.closest("[role=tab]") || move === undefined) return;
    event.preventDefault();
    const at = FORMATS.findIndex(([value]) => value === format);
    const to = Number.isFinite(move) ? (at + move + FORMATS.length) % FORMATS.length : move < 0 ? 0 : FORMATS.length - 1;
    choose(FORMATS[to]?.[0] ?? format);
    /** @type {HTMLElement | null} */ (root.querySelector("[role=tab][aria-selected=true]"))?.focus();
  });
  root.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    content = null;
    render();
    refresh();
  });
  store.subscribe(["lang"], render);
  render();
}
