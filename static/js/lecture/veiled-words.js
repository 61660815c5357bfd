/** What a screen reader says of parts of a picture whose number is to be predicted: their names, without numbers. */

/**
 * @param {(id: string) => string} words for the part with this id
 */
export function createVeiledWords(words) {
  /** The words with numbers, by element. @type {Map<Element, string>} */
  const kept = new Map();

  /** @param {Element} element */
  function hide(element) {
    const instead = words(element.getAttribute("data-id") ?? "");
    const now = element.getAttribute("aria-label");
    if (now === null || now === instead) return;
    kept.set(element, now);
    element.setAttribute("aria-label", instead);
  }
  // The picture writes new numbers into its words whenever a value changes.
  const watcher = new MutationObserver((records) => {
    for (const { target } of records) if (target instanceof Element && kept.has(target)) hide(target);
  });

  return {
    /** @param {Element} element @param {boolean} veiled */
    set(element, veiled) {
      if (veiled) {
        hide(element);
        watcher.observe(element, { attributes: true, attributeFilter: ["aria-label"] });
      } else if (kept.has(element)) {
        const now = element.getAttribute("aria-label");
        const own = words(element.getAttribute("data-id") ?? "");
        if (now === own) element.setAttribute("aria-label", kept.get(element) ?? "");
        kept.delete(element);
      }
    },
  };
}
