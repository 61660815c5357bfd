/** Announces texts to screen readers through the page's live region. */

/**
 * @param {HTMLElement} region
 * @returns {(text: string) => void}
 */
export function createAnnouncer(region) {
  let timer = 0;
  return (text) => {
    clearTimeout(timer);
    region.textContent = "";
    // Empty the region first: a repeated text is announced only after a change.
    timer = window.setTimeout(() => (region.textContent = text), 60);
  };
}
