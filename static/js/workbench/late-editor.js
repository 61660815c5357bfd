/** The program as plain text, until the editor is loaded: after the first picture, or when a hand reaches for it. */

import { byId } from "../kit/page-data.js";

/** @typedef {import("../figure/types.js").App} App */

/**
 * @param {App} app
 * @param {Omit<Parameters<typeof import("./editor.js").mountEditor>[1], "problem">} hooks
 */
export function mountLateEditor(app, hooks) {
  const { store } = app;
  const place = byId("editor");
  const text = document.createElement("pre");
  text.className = "editor-text";
  text.tabIndex = 0;
  const show = () => (text.textContent = store.get("program"));
  show();
  place.append(text);
  store.subscribe(["program"], show);

  /** @type {import("../kit/types.js").Problem | null} */
  let problem = null;
  /** @type {Promise<ReturnType<typeof import("./editor.js").mountEditor>> | null} */
  let loading = null;

  async function load() {
    const { mountEditor } = await import("./editor.js");
    const focused = document.activeElement === text;
    text.remove();
    const editor = mountEditor(app, { ...hooks, problem });
    if (focused) editor.focus();
    return editor;
  }

  function open() {
    loading ??= load().catch((error) => {
      // Offline for a moment: the next touch tries again.
      loading = null;
      throw error;
    });
    return loading;
  }
  const begin = () => open().catch(() => {});

  text.addEventListener("focus", begin);
  app.on("problem", (newest) => {
    problem = newest;
    if (newest) begin();
  });
  // The picture is on the screen two frames after it is made.
  app.on("picture", () => requestAnimationFrame(() => requestAnimationFrame(begin)));
  return {
    /** @param {number} line @param {number} column */
    goTo: (line, column) => open().then((editor) => editor.goTo(line, column), () => {}),
  };
}
