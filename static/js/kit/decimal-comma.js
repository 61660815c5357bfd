/** Commas in typed numbers: `0,01` is 0.01, `10,000` is ten thousand, and `1,500` may be either. */

const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/;
const ONE_GROUP = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const DECIMAL = /^[^,.]*,[^,.]*$/;

/** @param {string} text */
const plain = (text) => text.trim().replaceAll("−", "-");

/**
 * Return a number's text without commas: groups of thousands are joined, a decimal comma becomes a point.
 * @param {string} text
 */
export function withPoint(text) {
  const number = plain(text);
  if (GROUPED.test(number)) return number.replaceAll(",", "");
  return DECIMAL.test(number) ? number.replace(",", ".") : number;
}

/**
 * Whether a comma may be that of a decimal or of thousands, so that nobody can tell 1.5 from 1500.
 * @param {string} text
 */
export const isAmbiguous = (text) => ONE_GROUP.test(plain(text));

/**
 * Read a decimal; NaN for an ambiguous comma and for what is no number.
 * @param {string} text
 */
export const readDecimal = (text) => (plain(text) === "" || isAmbiguous(text) ? Number.NaN : Number(withPoint(text)));

/**
 * Let a comma typed or pasted into a number field stand as a point. Browsers would drop it: `0,01` became 1.
 * @param {Document} root
 */
export function installDecimalComma(root) {
  root.addEventListener("beforeinput", (event) => {
    const { target, data } = event;
    if (!(target instanceof HTMLInputElement) || target.type !== "number" || !data?.includes(",")) return;
    event.preventDefault();
    // A number field has no selection to write to; this also keeps the browser's own undo.
    if (!isAmbiguous(data)) root.execCommand("insertText", false, data.trim() === "," ? "." : withPoint(data));
  });
}
