/** Shows whole pictures on paper instead of their zoomed and moved views. */

/** @typedef {import("../types.js").Figure} Figure */

/** Lay out a graph as a whole picture. @param {Figure} figure */
function spread({ picture, letters }) {
  const { svg, viewport, size } = picture;
  if (!svg || !viewport) return;
  svg.classList.remove("large");
  svg.style.transform = "";
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  svg.setAttribute("width", String(size.width));
  svg.setAttribute("height", String(size.height));
  viewport.removeAttribute("transform");
  letters.update({ x: 0, y: 0, k: 1 }, true);
}

/** Restore a graph's view. @param {Figure} figure */
function takeBack({ picture, zoom }) {
  for (const attribute of ["viewBox", "width", "height"]) picture.svg?.removeAttribute(attribute);
  zoom.attach();
}

/** Show these graphs as whole pictures while the page is printed. @param {() => Iterable<Figure>} figures */
export function spreadOnPaper(figures) {
  window.addEventListener("beforeprint", () => {
    for (const figure of figures()) spread(figure);
  });
  window.addEventListener("afterprint", () => {
    for (const figure of figures()) takeBack(figure);
  });
}
