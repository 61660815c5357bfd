/** Puts a menu beneath the button that opens it, within the window. */

/** Least distance from the edges of the window, in pixels. */
const EDGE = 8;

/**
 * @param {HTMLElement} menu a popover
 * @param {HTMLElement} button
 */
export function placeBeneath(menu, button) {
  function place() {
    const { left, right, bottom } = button.getBoundingClientRect();
    const width = menu.offsetWidth;
    const room = document.documentElement.clientWidth;
    // Aligned with the button's left side, or with its right one where there is no room.
    const wished = left + width + EDGE <= room ? left : right - width;
    menu.style.inset = `${bottom + 4}px auto auto ${Math.max(EDGE, Math.min(wished, room - width - EDGE))}px`;
    menu.style.maxHeight = `calc(100dvh - ${Math.round(bottom + 4 + EDGE)}px)`;
  }
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") place();
  });
  window.addEventListener("resize", () => menu.matches(":popover-open") && place());
}
