/** Places a menu below the button that opens it, inside the window. */

/** Minimum distance from the window's edges, in pixels. */
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
    // Align with the button's left side, or with its right side if there is no room.
    const wished = left + width + EDGE <= room ? left : right - width;
    menu.style.inset = `${bottom + 4}px auto auto ${Math.max(EDGE, Math.min(wished, room - width - EDGE))}px`;
    menu.style.maxHeight = `calc(100dvh - ${Math.round(bottom + 4 + EDGE)}px)`;
  }
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") place();
  });
  window.addEventListener("resize", () => menu.matches(":popover-open") && place());
}
