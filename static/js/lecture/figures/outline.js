/** A graph's picture without letters, small, on which a pass runs from node to node. */

const SWEEP = 420;

/**
 * @param {HTMLElement} host
 * @param {import("../../figure/types.js").App} app
 */
export function createOutline(host, app) {
  /** @type {number[]} */
  let timers = [];
  /** @type {SVGSVGElement | null} */
  let svg = null;

  function draw() {
    const { svg: picture, size } = app.view;
    if (!picture) return;
    svg = /** @type {SVGSVGElement} */ (picture.cloneNode(true));
    svg.setAttribute("class", "outline");
    svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    for (const name of ["width", "height", "style", "role", "aria-label"]) svg.removeAttribute(name);
    for (const element of svg.querySelectorAll("text, title, foreignObject, image, .hit, .lid, .cells, .heat")) element.remove();
    for (const element of svg.querySelectorAll("*")) {
      for (const name of ["id", "tabindex", "role", "style", "aria-label", "aria-description"]) element.removeAttribute(name);
    }
    svg.querySelector("[transform]")?.removeAttribute("transform");
    host.replaceChildren(svg);
  }

  /** @param {(element: Element) => boolean} is */
  const parts = (is) => [...(svg?.querySelectorAll(".node, .edge, .group") ?? [])].filter(is);

  /** Take all lights off. */
  function clear() {
    for (const timer of timers) clearTimeout(timer);
    timers = [];
    for (const part of parts(() => true)) part.classList.remove("on-forward", "on-backward");
  }

  /**
   * Light a pass node by node; at once for a person who wants no motion, or without `moving`.
   * @param {string[]} order ids as the pass meets them
   * @param {"forward" | "backward"} way
   * @param {boolean} moving
   */
  function sweep(order, way, moving) {
    clear();
    const name = `on-${way}`;

    const still = !moving || matchMedia("(prefers-reduced-motion: reduce)").matches;
    order.forEach((id, k) => {

      const lights = parts((part) => {
        const [own, source, target] = ["id", "source", "target"].map((key) => part.getAttribute(`data-${key}`) ?? "");
        if (source === "") return own === id;
        return way === "forward" ? source === id : target === id;
      });
      const light = () => lights.forEach((part) => part.classList.add(name));
      if (still) light();
      else timers.push(window.setTimeout(light, (SWEEP * k) / order.length));
    });
  }

  app.on("picture", draw);
  draw();
  return { sweep, clear };
}
