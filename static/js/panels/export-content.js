/** Content of each export format: a picture, a program, a command or a link, as a named text. */

import { ROOT } from "../kit/root.js";
import { curlCommand } from "./curl-command.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {"svg" | "png" | "program" | "python" | "pytorch" | "dot" | "mermaid" | "json" | "curl" | "link"} Format */
/** @typedef {{name: string, text: string, type: string, image?: string}} Content `image` is the address of a preview */

/** Return the page's theme, with "system" resolved. @param {import("../kit/types.js").AppearanceStore} store */
export function pageTheme(store) {
  const chosen = store.get("theme");
  if (chosen !== "system") return chosen;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Return a short saved link, or the address bar's if the server cannot save one. @param {App} app */
async function shortLink(app) {
  const saved = await app.api.share().catch(() => null);
  return saved ? new URL(saved.url, location.href).href : location.href;
}

/**
 * @param {App} app
 * @param {Format} format
 * @param {string} theme theme of a picture
 * @returns {Promise<Content>}
 */
export async function exportContent(app, format, theme) {
  const { program, open, labels, lang, step } = app.store.all();
  const fileName = (/** @type {string} */ ending) => `${app.graph?.output?.replaceAll(/[^\w-]/g, "_") || "graph"}.${ending}`;
  switch (format) {
    case "svg":
    case "png": {
      const text = await app.api.post("/graphs/picture", {
        ...app.api.body(),
        open,
        labels,
        lang,
        ...(step !== null && { step }),
        theme,
        standalone: true,
      });
      const image = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
      return { name: fileName(format), text, type: "image/svg+xml", image };
    }
    case "program":
      return { name: fileName("py"), text: program, type: "text/x-python" };
    case "curl":
      return { name: "call.sh", text: curlCommand(location.origin + ROOT, app.api.body()), type: "text/x-shellscript" };
    case "link":
      return { name: "link.txt", text: await shortLink(app), type: "text/plain" };
    default: {
      const answer = await app.api.exportAs(format);
      return { name: answer.filename, text: answer.text, type: answer.media_type };
    }
  }
}
