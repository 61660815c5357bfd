/** The lesson on paper: its figures as whole pictures, where the page shows them through a view that can be moved. */

/** @typedef {import("../types.js").Figure} Figure */

/** A graph as a whole picture. @param {Figure} figure */
function spread({ picture }) {
  const { svg, viewport, size } = picture;
  if (!svg || !viewport) return;
  svg.classList.remove("large");
  svg.style.transform = "";
  svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
  svg.setAttribute("width", String(size.width));
  svg.setAttribute("height", String(size.height));
  viewport.removeAttribute("transform");
}

/** And in its view again. @param {Figure} figure */
function takeBack({ picture, zoom }) {
  for (const attribute of ["viewBox", "width", "height"]) picture.svg?.removeAttribute(attribute);
  zoom.attach();
}

/** While the page is printed these graphs are whole pictures. @param {() => Iterable<Figure>} figures */
export function spreadOnPaper(figures) {
  window.addEventListener("beforeprint", () => {
    for (const figure of figures()) spread(figure);
  });
  window.addEventListener("afterprint", () => {
    for (const figure of figures()) takeBack(figure);
  });
}
