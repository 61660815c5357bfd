/** The search box over the graph: finds a node by name, operation or number and brings it into view. */

import { ignoreFailedCall } from "../kit/http.js";
import { findNodes } from "./find-nodes.js";

/**
 * @param {import("../figure/types.js").App} app
 * @param {(id: string) => void} goTo
 * @returns {() => void} opens the box
 */
export function mountSearch(app, goTo) {
  const box = /** @type {HTMLElement} */ (document.getElementById("search"));
  const field = /** @type {HTMLInputElement} */ (document.getElementById("search-text"));
  const list = /** @type {HTMLElement} */ (document.getElementById("search-results"));
  /** @type {import("./find-nodes.js").Found[]} */
  let found = [];
  let at = 0;
  /** @type {import("../figure/answers.js").CatalogueOp[]} */
  let ops = [];

  function show() {
    found = app.graph ? findNodes(app.graph, field.value, { ops, secret: app.mode === "quiz" }) : [];
    at = 0;
    list.replaceChildren(
      ...found.map((item, i) => {
        const option = document.createElement("li");
        option.id = `found-${i}`;
        option.setAttribute("role", "option");
        const name = document.createElement("code");
        name.textContent = item.name;
        const detail = document.createElement("span");
        detail.textContent = item.detail;
        option.append(name, detail);
        option.addEventListener("pointerdown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(i));
        return option;
      }),
    );
    field.setAttribute("aria-expanded", String(found.length > 0));
    if (field.value.trim() && found.length === 0) {
      const none = document.createElement("li");
      none.className = "muted";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = app.t("No node matches.");
      list.append(none);
    }
    point();
  }

  function point() {
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at && found.length > 0)));
    const current = found[at];
    if (current) field.setAttribute("aria-activedescendant", `found-${at}`);
    else field.removeAttribute("aria-activedescendant");
    list.children[at]?.scrollIntoView({ block: "nearest" });
    app.view.mark("found", found.map((item) => item.id));
  }

  /** @param {number} i */
  function choose(i) {
    const item = found[i];
    if (!item) return;
    close();
    goTo(item.id);
  }

  function close() {
    box.hidden = true;
    app.view.mark("found", []);
  }

  function open() {
    box.hidden = false;
    app.api.ops().then((catalogue) => {
      ops = [...catalogue.ops, ...catalogue.composites];
      if (!box.hidden) show();
    }, ignoreFailedCall);
    field.focus();
    field.select();
    show();
  }

  field.addEventListener("input", show);
  field.addEventListener("keydown", (event) => {
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        at = found.length ? (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length : 0;
        point();
        break;
      case "Enter":
        event.preventDefault();
        choose(at);
        break;
      case "Escape":
        event.preventDefault();
        event.stopPropagation();
        close();
        /** @type {HTMLElement | null} */ (document.getElementById("search-button"))?.focus();
    }
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(/** @type {Node | null} */ (event.relatedTarget))) close();
  });
  document.getElementById("search-button")?.addEventListener("click", () => (box.hidden ? open() : close()));
  return open;
}
