/** Whether two values say the same as JSON, whatever the order of their keys. */

/** @param {unknown} value @returns {string} */
const ordered = (value) =>
  JSON.stringify(value, (_, item) => (item && typeof item === "object" && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort()) : item));

/** @param {unknown} a @param {unknown} b */
export const sameJson = (a, b) => ordered(a) === ordered(b);
