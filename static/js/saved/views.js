/** Which of the views drawn beforehand shows the wanted groups open. No DOM. */

/** @typedef {import("./types.js").View} View */

/**
 * Return the view nearest to the groups wanted open: the one just changed counts above all others, the form least.
 * @param {View[]} views
 * @param {ReadonlySet<string>} wanted
 * @param {string | null} changed the group just opened or closed
 * @param {string} form the form wanted
 * @returns {View | null} null if no view has that group as it is wanted
 */
export function nearestView(views, wanted, changed, form) {
  let best = /** @type {View | null} */ (null);
  let least = Infinity;
  for (const view of views) {
    const open = new Set(view.open);
    if (changed !== null && open.has(changed) !== wanted.has(changed)) continue;
    let missing = view.form === form ? 0 : 0.5;
    for (const id of wanted) if (!open.has(id)) missing += 1;
    for (const id of open) if (!wanted.has(id)) missing += 1;
    if (missing < least) [best, least] = [view, missing];
  }
  return best;
}

/** Width of a view, in pixels, below which a picture runs down, unless it is seen whole in lines at this scale. */
const NARROW = 700;
const WHOLE = 0.5;

/** The size that a drawn picture has. @param {string} svg */
export function sizeOf(svg) {
  const [, width, height] = /^<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  return { width: Number(width ?? Infinity), height: Number(height ?? Infinity) };
}

/**
 * Return the form in which a picture suits a view.
 * @param {{width: number, height: number}} view
 * @param {{width: number, height: number}} lines the picture's size in lines
 */
export const formOf = (view, lines) => (view.width >= NARROW || Math.min(view.width / lines.width, view.height / lines.height) >= WHOLE ? "lines" : "down");

/** Whether a list names the elements of a set, each once. @param {string[]} list @param {ReadonlySet<string>} set */
export const isSame = (list, set) => list.length === set.size && list.every((id) => set.has(id));

/**
 * Return the groups around a node or a group, inner first.
 * @param {string | null} group
 * @param {ReadonlyMap<string, string | null>} parents
 */
export function groupsAround(group, parents) {
  /** @type {string[]} */
  const found = [];
  for (let at = group; at !== null && !found.includes(at); at = parents.get(at) ?? null) found.push(at);
  return found;
}

/**
 * Return the places of all nodes on a way on which a gradient comes from the loss back to a node.
 * @param {number} start
 * @param {[number, number, number | null][]} edges
 * @param {number} loss
 * @returns {Set<number>} empty if there is no way
 */
export function nodesOnPaths(start, edges, loss) {
  /** @type {Map<number, number[]>} */
  const after = new Map();
  /** @type {Map<number, number[]>} */
  const before = new Map();
  for (const [source, target] of edges) {
    after.set(source, [...(after.get(source) ?? []), target]);
    before.set(target, [...(before.get(target) ?? []), source]);
  }
  /** @param {number} from @param {Map<number, number[]>} next */
  const reach = (from, next) => {
    const seen = new Set([from]);
    for (const at of seen) for (const other of next.get(at) ?? []) seen.add(other);
    return seen;
  };
  const down = reach(start, after);
  const up = reach(loss, before);
  return new Set([...down].filter((at) => up.has(at)));
}
