/** The calls about the test set: results, pages of images, single images. */

import { loadSprite } from "./image-list.js";

/** @typedef {import("./image-list.js").TestImage} TestImage */
/** @typedef {import("./image-list.js").Item} Item */
/** @typedef {import("./image-filter.js").ImageFilter} ImageFilter */

/**
 * @typedef {object} TestResults
 * @property {number} step
 * @property {number} count images in the set
 * @property {number} mistakes
 * @property {number[][]} confusion rows: label, columns: predicted
 * @property {number} total images that match the filter
 * @property {TestImage[]} images one page of them
 * @property {string} sprite address of the page's images, one below the other
 */

/** Images per page. */
const PAGE = 60;

/** @param {import("../client/types.js").RunSession} session */
export function createTestCalls(session) {
  const call = (/** @type {string} */ path, /** @type {string} */ kind) => session.current.call(`/tests${path}`, { kind });

  return {
    /** @returns {Promise<TestResults>} without images */
    results: () => call("?limit=0", "numbers of tests"),

    /**
     * @param {ImageFilter} filter
     * @param {number} offset
     * @param {number | null} step test pass to page through; null for the newest
     * @returns {Promise<TestResults>}
     */
    page(filter, offset, step) {
      const query = new URLSearchParams({ limit: String(PAGE), offset: String(offset) });
      if (filter.only === "mistakes") {
        query.set("only", "mistakes");
        query.set("order", "probability");
      }
      for (const name of /** @type {const} */ (["label", "predicted"])) if (filter[name] !== null) query.set(name, String(filter[name]));
      if (step !== null) query.set("step", String(step));
      return call(`?${query}`, "list of tests");
    },

    /** Return a page's images with their sprite loaded. @param {TestResults} results @returns {Promise<Item[]>} */
    async itemsOf({ images, sprite: address }) {
      if (images.length === 0) return [];
      const sprite = await loadSprite(address);
      return images.map((image, place) => ({ image, sprite, place }));
    },

    /** @param {number} index @returns {Promise<{label: number, pixels: number[]}>} */
    image: (index) => call(`/${index}`, "test image"),

    /** Fetch a random image of the set. @returns {Promise<{index: number, label: number, pixels: number[]}>} */
    async random() {
      const { count } = await call("?limit=0", "test count");
      const index = Math.floor(Math.random() * count);
      return { index, ...(await this.image(index)) };
    },
  };
}
