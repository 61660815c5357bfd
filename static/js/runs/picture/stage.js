/** The tools above the graph: labels, batch or single image, arrows by gradient, table. */

import { icon, make } from "../../kit/element.js";
import { msg } from "../../kit/i18n.js";
import { placeBeneath } from "../../kit/menu-place.js";
import { tensorOf } from "../client/frame.js";
import { countText } from "../client/words.js";
import { createRunPalette } from "./palette.js";
import { IMAGE } from "./pixels.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../../figure/types.js").Labels} Labels */

/** @type {[Labels, string][]} */
const LABELS = [
  ["numbers", msg("Numbers")],
  ["symbols", msg("Symbols")],
  ["shapes", msg("Shapes")],
  ["none", msg("Nothing")],
];
const ICONS = { down: "m6 8 4 4 4-4", close: "M5 5l10 10 M15 5 5 15", table: "M3.5 4.5h13v11h-13z M3.5 8.2h13 M3.5 11.8h13 M8 4.5v11" };

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 * @param {object} page
 * @param {(thick: boolean) => void} page.setThick
 * @param {() => boolean} page.toggleTable returns whether the table is now shown
 */
export function mountRunStage(session, host, { setThick, toggleTable }) {
  const { store, t } = session;
  const palette = createRunPalette(store, paintThumbs);

  const labels = LABELS.map(([name, label]) => ({ name, label, button: make("button", { type: "button", role: "radio", "data-labels": name }) }));
  const group = make("div", { class: "choices", id: "labels", role: "radiogroup" }, labels.map(({ button }) => button));

  const shownText = make("span");
  const imageButton = make("button", { type: "button", class: "boxed", id: "image-button", popovertarget: "image-menu" }, shownText, icon(ICONS.down));
  const wholeButton = make("button", { type: "button", class: "image-end", id: "image-end" }, icon(ICONS.close));
  const menu = make("div", { class: "menu image-menu", id: "image-menu", popover: true });

  const thickWords = make("span");
  const thick = make("button", { type: "button", id: "thick-button", "aria-pressed": "false" }, thickWords);
  const tableWords = make("span");
  const table = make("button", { type: "button", id: "table-button", "aria-pressed": "false", "aria-controls": "table-view" }, icon(ICONS.table), tableWords);

  const note = make("p", { class: "stage-note muted" });
  host.append(group, make("div", { class: "image-choice" }, imageButton, wholeButton, menu), note, make("div", { class: "tools end" }, thick, table));

  function translate() {
    group.setAttribute("aria-label", t("What the edges show"));
    for (const { name, label, button } of labels) {
      const on = store.get("labels") === name;
      button.textContent = t(label);
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
    }
    thickWords.textContent = t("Arrows by gradient");
    thick.title = t("Backward arrows as thick as the norm of their gradient, on a logarithmic scale");
    tableWords.textContent = t("Table");
    menu.setAttribute("aria-label", t("What the graph shows"));
    wholeButton.setAttribute("aria-label", t("Show the whole batch again"));
    wholeButton.title = t("Show the whole batch again");
    showImageName();
    buildMenu();
  }

  function imageText() {
    const { image } = session;
    if (!image) return t("Whole batch");
    if ("pixels" in image) return t("Drawn digit");
    if ("test" in image) return t("Test image {k}", { k: image.test });
    const label = session.current.frame?.labels[image.sample];
    const still = session.current.status.state !== "running";
    return still && label !== undefined ? t("Image {k}: {label}", { k: image.sample + 1, label }) : t("Image {k}", { k: image.sample + 1 });
  }

  /** Say of which pass the numbers are: those of a step that was taken have the parameters before its update. */
  function showPass() {
    const { state, step } = session.current.status;
    const whole = session.image === null || "sample" in session.image;
    const text = whole && step > 0 && ["paused", "finished"].includes(state) ? t("Step {k}, before its update", { k: countText(step) }) : "";
    if (note.textContent !== text) note.textContent = text;
  }

  function showImageName() {
    showPass();
    const text = imageText();
    if (shownText.textContent !== text) shownText.textContent = text;
    wholeButton.hidden = session.image === null;
  }

  /** @type {{canvas: HTMLCanvasElement, context: CanvasRenderingContext2D, label: HTMLElement, button: HTMLElement}[]} */
  let thumbs = [];

  /** Build the menu of the batch's images that frames carry, at most sixteen. */
  function buildMenu() {
    const frame = session.current.frame;
    const x = frame && tensorOf(frame, "x", "value");
    const count = x && x.whole[1] === IMAGE * IMAGE ? Number(x.shape[0]) : 0;
    thumbs = Array.from({ length: count }, (_, k) => {
      const canvas = make("canvas", { width: IMAGE, height: IMAGE });
      const label = make("span");
      const button = make("button", { type: "button", "data-sample": k }, canvas, label);
      return { canvas, context: /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true })), label, button };
    });
    menu.replaceChildren(
      make("button", { type: "button", "data-sample": "", class: "image-whole" }, t("Whole batch")),
      make("p", { class: "muted" }, t("One image of the batch:")),
      make("div", { class: "thumbs" }, thumbs.map(({ button }) => button)),
    );
    paintThumbs();
  }

  const image = new ImageData(IMAGE, IMAGE);
  const pixels = new Uint32Array(image.data.buffer);

  function paintThumbs() {
    const frame = session.current.frame;
    const x = frame && tensorOf(frame, "x", "value");
    if (!x) return;
    thumbs.forEach(({ context, label, button }, k) => {
      for (let i = 0; i < pixels.length; i += 1) pixels[i] = /** @type {number} */ (palette.colours[128 + Number(x.levels[k * pixels.length + i])]);
      context.putImageData(image, 0, 0);
      label.textContent = String(frame.labels[k]);
      button.setAttribute("aria-label", t("Image {k}: {label}", { k: k + 1, label: Number(frame.labels[k]) }));
      button.setAttribute("aria-pressed", String(session.image !== null && "sample" in session.image && session.image.sample === k));
    });
  }

  let paintedAt = -Infinity;
  session.on("frame", ({ frame }) => {
    showImageName();
    if (!menu.matches(":popover-open")) return;
    if (frame.state === "running" && performance.now() - paintedAt < 500) return;
    paintedAt = performance.now();
    if (thumbs.length === 0) buildMenu();
    else paintThumbs();
  });
  menu.addEventListener("toggle", () => menu.matches(":popover-open") && buildMenu());
  placeBeneath(menu, imageButton);
  menu.addEventListener("click", ({ target }) => {
    const sample = target instanceof Element && target.closest("[data-sample]")?.getAttribute("data-sample");
    if (typeof sample !== "string") return;
    session.showImage(sample === "" ? null : { sample: Number(sample) });
    menu.hidePopover();
    imageButton.focus();
  });
  wholeButton.addEventListener("click", () => {
    session.showImage(null);
    imageButton.focus();
  });
  session.on("status", ({ run }) => run === session.current && showPass());
  session.on("image", showImageName);
  session.on("current", showImageName);

  group.addEventListener("click", ({ target }) => {
    const name = target instanceof Element && target.closest("[data-labels]")?.getAttribute("data-labels");
    if (name) store.set({ labels: /** @type {Labels} */ (name) });
  });
  function pressThick() {
    const on = thick.getAttribute("aria-pressed") !== "true";
    thick.setAttribute("aria-pressed", String(on));
    setThick(on);
  }
  function pressTable() {
    table.setAttribute("aria-pressed", String(toggleTable()));
  }
  thick.addEventListener("click", pressThick);
  table.addEventListener("click", pressTable);
  store.subscribe(["lang", "labels"], translate);
  translate();
  return { pressThick, pressTable, table };
}
