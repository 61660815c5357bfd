/** A list of test images with label and prediction; arrow keys move in it. */

import { make } from "../../kit/element.js";
import { gridStep } from "../../kit/grid-keys.js";
import { onColourChange } from "../../kit/page-colours.js";

/** @typedef {{index: number, label: number, predicted: number, probability: number, probability_of_label: number}} TestImage */
/**
 * @typedef {{image: TestImage, sprite: HTMLImageElement, place: number}} Item `place`: index of the image in the sprite
 */

/**
 * Load a picture of images, one below the other, in black on transparent.
 * @param {string} address
 */
export async function loadSprite(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/**
 * Draw one square image of a sprite in the canvas's text colour.
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLImageElement} sprite
 * @param {number} place
 */
export function drawSprite(canvas, sprite, place) {
  const side = sprite.naturalWidth;
  [canvas.width, canvas.height] = [side, side];
  const context = canvas.getContext("2d");
  if (!context) return;
  context.globalCompositeOperation = "copy";
  context.drawImage(sprite, 0, place * side, side, side, 0, 0, side, side);
  context.globalCompositeOperation = "source-in";
  context.fillStyle = getComputedStyle(canvas).color;
  context.fillRect(0, 0, side, side);
}

/**
 * @param {Pick<import("../client/types.js").RunSession, "t" | "store">} page
 * @param {(item: Item, at: number) => void} onChoose
 */
export function createImageList({ t, store }, onChoose) {
  const element = make("div", { class: "image-list", role: "listbox", "aria-label": t("Test images; arrow keys walk through them") });
  /** @type {Item[]} */
  let items = [];
  /** @type {HTMLElement[]} */
  let options = [];
  let chosen = -1;

  /** @param {Item} item */
  function optionOf({ image, sprite, place }) {
    const { index, label, predicted } = image;
    const canvas = make("canvas", { "aria-hidden": "true" });
    const wrong = label !== predicted;
    const option = make(
      "div",
      { role: "option", tabindex: -1, "aria-selected": "false", "data-index": index, class: wrong ? "wrong" : "" },
      canvas,
      make("span", { "aria-hidden": "true" }, wrong ? `${label} → ${predicted}` : label),
    );
    requestAnimationFrame(() => drawSprite(canvas, sprite, place));
    return option;
  }

  /** Return the number of images per row. */
  function across() {
    const [first] = options;
    if (!first) return 1;
    const next = options.findIndex((option) => option.offsetTop > first.offsetTop);
    return next < 0 ? options.length : next;
  }

  /** @param {number} at @param {boolean} focus */
  function choose(at, focus) {
    const item = items[at];
    const option = options[at];
    if (!item || !option) return;
    mark(at);
    // Scroll the list, not the page.
    const [top, bottom] = [option.offsetTop - element.offsetTop, option.offsetTop - element.offsetTop + option.offsetHeight];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
    if (focus) option.focus({ preventScroll: true });
    onChoose(item, at);
  }

  /** @param {number} at -1 for none */
  function mark(at) {
    options[chosen]?.setAttribute("aria-selected", "false");
    options.forEach((option, k) => (option.tabIndex = k === Math.max(0, at) ? 0 : -1));
    chosen = at;
    options[at]?.setAttribute("aria-selected", "true");
  }

  function words() {
    element.setAttribute("aria-label", t("Test images; arrow keys walk through them"));
    options.forEach((option, k) => {
      const image = items[k]?.image;
      if (image) option.setAttribute("aria-label", t("Test image {index}: label {label}, predicted {predicted}", { ...image }));
    });
  }

  element.addEventListener("click", (event) => {
    const at = options.indexOf(/** @type {HTMLElement} */ (/** @type {Element} */ (event.target).closest("[role=option]")));
    if (at >= 0) choose(at, true);
  });
  element.addEventListener("keydown", (event) => {
    const at = options.indexOf(/** @type {HTMLElement} */ (event.target));
    if (at < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = event.key === "Enter" || event.key === " " ? at : gridStep(event.key, at, options.length, across());
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    choose(next, true);
  });
  onColourChange(store, () => {
    options.forEach((option, k) => {
      const [canvas, item] = [option.querySelector("canvas"), items[k]];
      if (canvas && item) drawSprite(canvas, item.sprite, item.place);
    });
  });
  store.subscribe(["lang"], words);

  return {
    element,
    get items() {
      return items;
    },
    get chosen() {
      return chosen;
    },
    /**
     * @param {Item[]} next
     * @param {boolean} more whether they are appended
     */
    show(next, more) {
      const kept = items[chosen]?.image.index;
      items = more ? [...items, ...next] : next;
      const fresh = next.map(optionOf);
      options = more ? [...options, ...fresh] : fresh;
      if (more) element.append(...fresh);
      else {
        element.replaceChildren(...fresh);
        element.scrollTop = 0;
        chosen = -1;
        mark(items.findIndex(({ image }) => image.index === kept));
      }
      words();
    },
    /** @param {number} at */
    choose: (at) => choose(at, false),
  };
}
