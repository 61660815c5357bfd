/** Lines as columns over one x axis, as uPlot takes them. No DOM. */

/** @typedef {import("./lines.js").Line} Line */

/**
 * Return the common x and one column per line, null where it has no point. Lines that share their steps are placed
 * once.
 * @param {readonly Line[]} lines
 * @returns {[number[], ...(number | null)[][]]}
 */
export function aligned(lines) {
  const kinds = new Set(lines.map(({ steps }) => steps));
  const all = Float64Array.from([...kinds].flatMap((steps) => [...steps])).sort();
  /** @type {number[]} */
  const x = [];
  for (const step of all) if (step !== x.at(-1)) x.push(step);
  const places = new Map([...kinds].map((steps) => [steps, placesIn(x, steps)]));
  return [
    x,
    ...lines.map(({ steps, values }) => {
      /** @type {(number | null)[]} */
      const column = new Array(x.length).fill(null);
      /** @type {number[]} */ (places.get(steps)).forEach((at, k) => (column[at] = values[k] ?? null));
      return column;
    }),
  ];
}

/**
 * @param {readonly number[]} x
 * @param {readonly number[]} steps
 */
function placesIn(x, steps) {
  let at = 0;
  return steps.map((step) => {
    while (Number(x[at]) < step) at += 1;
    return at;
  });
}

/**
 * Return the index of the last step up to a given one, or −1. `steps` must rise.
 * @param {readonly number[]} steps
 * @param {number} step
 */
export function placeBefore(steps, step) {
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(steps[middle]) <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
