/** Moving averages of a curve. No DOM. */

/**
 * Average the points around each point, over a window that grows with the number of points. It narrows towards the
 * beginning, where a curve is steepest. No average crosses a break.
 * @param {readonly (number | null)[]} values
 * @param {readonly number[]} [breaks] rising indices of the first points after each change
 * @returns {(number | null)[]}
 */
export function smoothed(values, breaks = []) {
  const most = Math.min(12, Math.ceil(values.length / 60));
  const starts = [0, ...breaks];
  return starts.flatMap((start, k) => evened(values.slice(start, starts[k + 1]), most, start === 0));
}

/**
 * @param {readonly (number | null)[]} values
 * @param {number} most points to each side
 * @param {boolean} begins whether it starts at the raw values
 */
function evened(values, most, begins) {
  let passed = values;
  for (let pass = 0; pass < 2; pass += 1) {
    const sums = [0];
    const counts = [0];
    for (const value of passed) {
      sums.push(Number(sums.at(-1)) + (value ?? 0));
      counts.push(Number(counts.at(-1)) + (value === null ? 0 : 1));
    }
    passed = passed.map((value, k) => {
      if (value === null) return null;
      const half = begins ? Math.min(most, k) : most;
      const [from, to] = [Math.max(0, k - half), Math.min(passed.length, k + half + 1)];
      return (Number(sums[to]) - Number(sums[from])) / (Number(counts[to]) - Number(counts[from]));
    });
  }
  return passed;
}

/**
 * Average sizes that differ by powers of ten, by their logarithms. Zeros stay zero.
 * @param {readonly (number | null)[]} values 0 or more
 * @param {readonly number[]} [breaks]
 */
export function smoothedSizes(values, breaks = []) {
  const logs = smoothed(values.map((value) => (value ? Math.log(value) : null)), breaks);
  return values.map((value, k) => (value ? Math.exp(Number(logs[k])) : value));
}
