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
 * @returns {Generator<Child>}
 */
export function* outermost(row, signs) {
  let depth = 0;
  for (const child of row) {
    const sign = child.localName === "mo" ? (child.textContent ?? "") : "";
    if (sign === "(" || sign === "[") depth++;
    else if (sign === ")" || sign === "]") depth--;
    else if (depth === 0 && signs.has(sign)) yield child;
  }
}

/**
 * Split a formula at its outermost equals and plus signs into unbreakable pieces.
 * @param {Element} math
 * @returns {Element[]}
 */
function pieces(math) {
  const row = math.children.length === 1 && math.firstElementChild?.localName === "mrow" ? math.firstElementChild : math;
  /** @type {Element[][]} */
  const runs = [[]];
  const breaks = new Set(outermost(row.children, BREAKS));
  for (const child of row.children) {
    if (breaks.has(child) && (runs.at(-1)?.length ?? 0) > 0) {
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
 * Shrink formulas that are wider than their place, within what stays readable.
 * @param {Iterable<Element>} places
 */
export function fitFormulas(places) {
  for (const place of places) {
    place.classList.remove(...SMALLER);
    for (const smaller of SMALLER) {
      if (place.scrollWidth <= place.clientWidth) break;
      place.classList.add(smaller);
    }
    reachByKeys(place);
  }
}
