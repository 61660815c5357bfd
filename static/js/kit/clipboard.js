/** Copies text and images, also where the clipboard API is not available (plain http). */

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether the text is on the clipboard
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const focused = document.activeElement;
  const area = document.createElement("textarea");
  area.className = "visually-hidden";
  area.value = text;
  area.readOnly = true;
  // An open dialog or popover makes everything outside it unselectable.
  (focused?.closest("dialog, [popover]") ?? document.body).append(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return copied;
}

/**
 * @param {Promise<Blob>} image a PNG; a promise, because some browsers must start the write within the click
 * @returns {Promise<boolean>}
 */
export async function copyImage(image) {
  try {
    await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
    return true;
  } catch {
    return false;
  }
}
