/** Reads text out to a screen reader by the page's live region. */

/**
 * @param {HTMLElement} region
 * @returns {(text: string) => void}
 */
export function createAnnouncer(region) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    region.textContent = "";
    // The same text twice is read twice only when the region was empty in between.
    timer = window.setTimeout(() => (region.textContent = text), 60);
  };
}
