/** Shows the server's formulas: MathML, copied through an allow-list. */

/** @typedef {import("./types.js").Formula} Formula */

const MATHML = "http://www.w3.org/1998/Math/MathML";

const ELEMENTS = new Set(
  ("math mrow mi mn mo ms mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts " +
    "mprescripts mtable mtr mtd mpadded mphantom mstyle").split(" "),
);

const ATTRIBUTES = new Set(
  ("display displaystyle scriptlevel mathvariant accent accentunder fence form largeop lspace rspace maxsize minsize " +
    "movablelimits separator stretchy symmetric linethickness width height depth voffset columnspan rowspan " +
    "columnalign rowspacing columnspacing").split(" "),
);

/**
 * Create the element of a formula, with its LaTeX in `data-latex`.
 * @param {Formula} formula
 * @param {{inline?: boolean}} [options]
 * @returns {Element} a `<math>`, or a `<code>` with the LaTeX if the MathML cannot be parsed
 */
export function formulaElement(formula, { inline = true } = {}) {
  const parsed = new DOMParser().parseFromString(formula.mathml, "text/html").querySelector("math");
  if (!parsed) {
    const code = document.createElement("code");
    code.textContent = formula.latex;
    return code;
  }
  const math = copy(document.adoptNode(parsed));
  math.setAttribute("data-latex", formula.latex);
  if (inline) math.setAttribute("display", "inline");
  return math;
}

/**
 * @param {Element} source
 * @returns {Element}
 */
function copy(source) {
  const element = document.createElementNS(MATHML, ELEMENTS.has(source.localName) ? source.localName : "mrow");
  for (const { name, value } of source.attributes) if (ATTRIBUTES.has(name)) element.setAttribute(name, value);
  for (const child of source.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) element.append(child.nodeValue ?? "");
    else if (child instanceof Element && child.namespaceURI === MATHML) element.append(copy(child));
  }
  return element;
}

/**
 * Replace everything after the last equals sign with a question mark.
 * @param {Element} math
 * @returns {Element}
 */
export function withoutResult(math) {
  const row = math.children.length === 1 && math.firstElementChild?.localName === "mrow" ? math.firstElementChild : math;
  const last = [...outermost(row.children, EQUALS)].at(-1);
  if (!last) return math;
  while (last.nextSibling) last.nextSibling.remove();
  const unknown = document.createElementNS(MATHML, "mi");
  unknown.textContent = "?";
  last.after(unknown);
  return math;
}

const EQUALS = new Set(["="]);
/** Signs before which a long formula may break. */
const BREAKS = new Set(["=", "+"]);

/**
 * Yield the signs of a row that stand outside of all brackets: that of `[3 = 3]` does not.
 * @template {{localName: string, textContent: string | null}} Child
 * @param {Iterable<Child>} row
 * @param {Set<string>} signs
 * @param {boolean} [within] those within one pair of brackets too
 * @returns {Generator<Child>}
 */
export function* outermost(row, signs, within = false) {
  let depth = 0;
  for (const child of row) {
    const sign = child.localName === "mo" ? (child.textContent ?? "") : "";
    if (sign === "(" || sign === "[") depth++;
    else if (sign === ")" || sign === "]") depth--;
    else if (depth <= Number(within) && signs.has(sign)) yield child;
  }
}

/**
 * Split a formula before its outermost signs, equals and plus if no others are given, into unbreakable pieces.
 * @param {Element} math
 * @param {Set<string>} [signs]
 * @param {boolean} [within] before those within one pair of brackets too
 * @returns {Element[]}
 */
function pieces(math, signs = BREAKS, within = false) {
  const row = math.children.length === 1 && math.firstElementChild?.localName === "mrow" ? math.firstElementChild : math;
  /** @type {Element[][]} */
  const runs = [[]];
  const breaks = new Set(outermost(row.children, signs, within));
  for (const child of [...row.children]) {
    const before = runs.at(-1)?.at(-1);
    // A minus behind another sign is a number's own.
    const unary = before?.localName === "mo" && !/[)\]]/.test(before.textContent ?? "");
    if (breaks.has(child) && before && !unary) {
      child.setAttribute("form", "infix");
      runs.push([]);
    }
    runs.at(-1)?.push(child);
  }
  if (runs.length === 1) return [math];
  return runs.map((run) => {
    const piece = document.createElementNS(MATHML, "math");
    piece.append(...run);
    return piece;
  });
}

/**
 * Create one line of equal formulas, breaking only at equals and plus signs.
 * @param {...Formula} formulas
 */
export function formulaLine(...formulas) {
  const line = document.createElement("div");
  line.className = "formula";
  line.setAttribute("data-latex", formulas.map(({ latex }) => latex).join(" = "));
  formulas.forEach((formula, i) => {
    const math = formulaElement(formula);
    // Skip a repetition: "∂y/∂x = 1 = 1" says no more than "∂y/∂x = 1".
    if (i > 0 && line.lastElementChild?.textContent === `=${math.textContent}`) return;
    if (i > 0) {
      const equals = document.createElementNS(MATHML, "mo");
      equals.setAttribute("form", "infix");
      equals.textContent = "=";
      math.prepend(equals);
    }
    for (const piece of math.localName === "math" ? pieces(math) : [math]) {
      const part = document.createElement("span");
      part.append(piece);
      line.append(part);
    }
  });
  return line;
}

/** Classes that shrink a formula, from less to more. */
const SMALLER = ["tight", "tighter"];

/**
 * Make an overflowing element focusable, so that keys can scroll it.
 * @param {Element} place
 */
export function reachByKeys(place) {
  if (place.scrollWidth > place.clientWidth || place.scrollHeight > place.clientHeight) place.setAttribute("tabindex", "0");
  else place.removeAttribute("tabindex");
}

/**
 * Give formulas and sentences their stop for the Tab key, where their parts are walked by arrow keys.
 * @param {Element} fresh
 * @param {Element} root has `data-walked`
 */
export function makeWalkable(fresh, root) {
  if (root.hasAttribute("data-walked")) for (const place of fresh.querySelectorAll(WALKED)) place.setAttribute("tabindex", "0");
}

/** What arrow keys walk through. */
export const WALKED = ".formula, .pointable:has(.token)";

/**
 * Shrink formulas that are wider than their place, within what stays readable; then break them at more signs.
 * @param {Iterable<Element>} places
 */
export function fitFormulas(places) {
  for (const place of places) {
    place.classList.remove(...SMALLER, "cut");
    for (const smaller of SMALLER) {
      if (place.scrollWidth <= place.clientWidth) break;
      place.classList.add(smaller);
    }
    if (place.scrollWidth > place.clientWidth) breakMore(place);
    // What still goes on beyond the edge, as one wide fraction, shows that it does.
    place.classList.toggle("cut", place.scrollWidth > place.clientWidth);
    if (place.closest("[data-walked]")) continue;
    reachByKeys(place);
  }
}

/** Signs before which a formula breaks only where it must, outside of brackets, and then within. */
const LATE_BREAKS = [new Set(["·", "⋅", "⊙", "×", "−", "-"]), new Set(["+", "−", "-"])];

/** Break the parts of a formula that are wider than its place. @param {Element} place */
function breakMore(place) {
  const room = place.clientWidth;
  LATE_BREAKS.forEach((signs, deep) => {
    for (const part of [...place.children]) {
      const math = part.firstElementChild;
      if (!math || math.localName !== "math" || part.getBoundingClientRect().width <= room) continue;
      const parts = pieces(math, signs, deep === 1).map((piece) => {
        const span = document.createElement("span");
        span.append(piece);
        return span;
      });
      if (parts.length > 1) part.replaceWith(...parts);
    }
  });
}
