/** The bottom sheet of a phone: steps, program, inputs, rules or inspector, one at a time, below a graph that stays. */

/** @typedef {"low" | "half" | "high"} Height */

const HEIGHTS = /** @type {const} */ (["low", "half", "high"]);
/** Width up to which the page is a graph with a sheet; the style sheets have the same. */
const NARROW = "(max-width: 47.5rem), (max-width: 60rem) and (max-height: 30rem)";
/** Way of a finger that counts as a pull, in pixels. */
const PULL = 24;

/**
 * Ask the sheet to show the part that an element is in, as before moving the focus there.
 * @param {Element} element
 */
export const reveal = (element) => element.dispatchEvent(new CustomEvent("reveal", { bubbles: true }));

/** @param {Pick<import("../figure/types.js").App, "store">} app */
export function mountSheet({ store }) {
  const bench = /** @type {HTMLElement} */ (document.getElementById("bench"));
  const handle = /** @type {HTMLElement} */ (document.getElementById("sheet-handle"));
  const tabs = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-jump]"));
  const narrow = matchMedia(NARROW);
  let shown = store.get("selected") === null ? "stepper" : "part-inspector";
  /** @type {Height} Blanks are filled in on the graph. */
  let height = store.get("labels") === "blanks" ? "low" : "half";

  function render() {
    bench.dataset.sheet = shown;
    bench.dataset.height = height;
    handle.setAttribute("aria-expanded", String(height !== "low"));
    for (const tab of tabs) {
      if (tab.dataset.jump === shown) tab.setAttribute("aria-current", "true");
      else tab.removeAttribute("aria-current");
    }
  }

  /** @param {string} id @param {boolean} [raise] whether a lowered sheet comes up */
  function show(id, raise = true) {
    shown = id;
    if (raise && height === "low") height = "half";
    const part = document.getElementById(id);
    if (narrow.matches && part instanceof HTMLDetailsElement) part.open = true;
    render();
  }

  /** @param {number} steps up, or below zero down */
  function resize(steps) {
    const at = HEIGHTS.indexOf(height) + steps;
    height = HEIGHTS[Math.max(0, Math.min(HEIGHTS.length - 1, at))] ?? height;
    render();
  }

  for (const tab of tabs) {
    tab.addEventListener("click", () => {
      const id = tab.dataset.jump ?? "";
      // A second touch lowers the sheet: all of the room is the graph's.
      if (id === shown && height !== "low") return resize(-HEIGHTS.length);
      show(id);
      document.getElementById(id)?.querySelector("summary")?.focus({ preventScroll: true });
    });
  }
  document.addEventListener("reveal", ({ target }) => {
    const part = target instanceof Element ? target.closest("details.part, #stepper") : null;
    if (part) show(part.id);
  });
  store.subscribe(["selected"], ({ selected }) => {
    if (selected !== null) show("part-inspector");
  });
  store.subscribe(["labels"], ({ labels }) => {
    if (labels !== "blanks") return;
    height = "low";
    show("part-inspector", false);
  });

  /** Where the finger came down; null if it is not on the handle. @type {number | null} */
  let from = null;
  let pulled = false;
  handle.addEventListener("pointerdown", (event) => {
    from = event.clientY;
    pulled = false;
    handle.setPointerCapture(event.pointerId);
  });
  handle.addEventListener("pointermove", ({ clientY }) => {
    if (from === null || Math.abs(clientY - from) < PULL) return;
    resize(clientY < from ? 1 : -1);
    // A longer pull goes on to the next height.
    from = clientY;
    pulled = true;
  });
  handle.addEventListener("pointerup", () => (from = null));
  handle.addEventListener("pointercancel", () => (from = null));
  handle.addEventListener("click", () => {
    if (!pulled) resize(height === "high" ? -HEIGHTS.length : 1);
    pulled = false;
  });
  render();
}
