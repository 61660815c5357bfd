/** Puts a formula of the server on the page: MathML, read by the parser and copied by an allow-list. */

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
 * The formula as an element, its LaTeX kept in `data-latex` for whoever copies it.
 * @param {Formula} formula
 * @param {{inline?: boolean}} [options]
 * @returns {Element} a `<math>`, or a `<code>` with the LaTeX where the MathML cannot be read
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
 * The formula with a question mark in the place of what stands behind its last equals sign.
 * @param {Element} math
 * @returns {Element}
 */
export function withoutResult(math) {
  const row = math.children.length === 1 && math.firstElementChild?.localName === "mrow" ? math.firstElementChild : math;
  const signs = [...row.children].filter((child) => child.localName === "mo" && child.textContent === "=");
  const last = signs.at(-1);
  if (!last) return math;
  while (last.nextSibling) last.nextSibling.remove();
  const unknown = document.createElementNS(MATHML, "mi");
  unknown.textContent = "?";
  last.after(unknown);
  return math;
}
