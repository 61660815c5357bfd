/** The lesson on paper: its figures as whole pictures, where the page shows them through a view that can be moved. */

/**
 * @param {ReturnType<typeof import("./lesson-place.js").createPlaces>} places
 * @returns {() => Promise<void>} prints, when every figure has been drawn
 */
export function mountHandout(places) {
  window.addEventListener("beforeprint", () => {
    for (const { picture } of places.drawn().values()) {
      const { svg, viewport, size } = picture;
      if (!svg || !viewport) continue;
      svg.classList.remove("large");
      svg.style.transform = "";
      svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
      svg.setAttribute("width", String(size.width));
      svg.setAttribute("height", String(size.height));
      viewport.removeAttribute("transform");
    }
  });
  window.addEventListener("afterprint", () => {
    for (const { picture, zoom } of places.drawn().values()) {
      for (const attribute of ["viewBox", "width", "height"]) picture.svg?.removeAttribute(attribute);
      zoom.attach();
    }
  });

  async function print() {
    await places.placeAll();
    window.print();
  }
  document.getElementById("print-button")?.addEventListener("click", print);
  return print;
}
