/** The set of questions that an address names: seed, level, count. No DOM. */

/** @typedef {{seed: number, level: number, count: number}} Wanted */

export const LARGEST_SEED = 999_999_999;
/** Random seeds have four digits, easy to read out and type. */
const [FIRST, LAST] = [1000, 9999];
const LEVELS = 4;
const [USUAL, MOST] = [5, 20];
const OFFERED = [3, 5, 10, 15, 20];

/** Return the counts on offer, with the current one among them. @param {number} count */
export const counts = (count) => [...new Set([...OFFERED, count])].sort((a, b) => a - b);

/**
 * Read a whole number within a range, or null.
 * @param {string | null} text
 * @param {number} low
 * @param {number} high
 */
export function wholeIn(text, low, high) {
  const plain = (text ?? "").trim();
  if (!/^\d{1,12}$/.test(plain)) return null;
  const number = Number(plain);
  return number >= low && number <= high ? number : null;
}

/** @param {() => number} [random] returns a number in [0, 1) */
export const newSeed = (random = Math.random) => FIRST + Math.floor(random() * (LAST - FIRST + 1));

/**
 * @param {string} search
 * @param {() => number} [random]
 * @returns {Wanted}
 */
export function readWanted(search, random = Math.random) {
  const query = new URLSearchParams(search);
  return {
    seed: wholeIn(query.get("seed"), 0, LARGEST_SEED) ?? newSeed(random),
    level: wholeIn(query.get("level"), 1, LEVELS) ?? 1,
    count: wholeIn(query.get("count"), 1, MOST) ?? USUAL,
  };
}

/**
 * Return the query that names a set; other parts of the query stay.
 * @param {Wanted} wanted
 * @param {string} [search]
 */
export function writeWanted({ seed, level, count }, search = "") {
  const query = new URLSearchParams(search);
  query.set("seed", String(seed));
  query.set("level", String(level));
  if (count === USUAL) query.delete("count");
  else query.set("count", String(count));
  return `?${query}`;
}
