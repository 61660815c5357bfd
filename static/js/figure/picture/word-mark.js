/** The mark behind a selected word: as large as its letters, which grow as the picture is seen from farther away. */

/** Room around the letters, in pixels on the screen. */
const ROOM = 3;
const SIDES = ["x", "y", "width", "height"];

/** @param {{readonly viewport: SVGGElement | null}} view */
export function createWordMark(view) {
  /** The mark that was resized, and its own size. @type {{mark: Element, own: string[]} | null} */
  let last = null;

  return {
    /** Fit the mark of the selected word, and leave the one before as it was. */
    update() {
      if (last) SIDES.forEach((side, k) => last?.mark.setAttribute(side, last.own[k] ?? ""));
      last = null;
      const part = view.viewport?.querySelector(".nodes .selected:has(> .word)");
      const mark = part?.querySelector(":scope > .word");
      const inverse = /** @type {SVGGElement | undefined} */ (part)?.getScreenCTM()?.inverse();
      if (!part || !mark || !inverse) return;
      const boxes = [mark, ...part.querySelectorAll(":scope > text")].map((element) => element.getBoundingClientRect()).filter(({ width }) => width > 0);
      const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
      const [right, bottom] = [Math.max(...boxes.map((box) => box.right)), Math.max(...boxes.map((box) => box.bottom))];
      const start = new DOMPoint(left - ROOM, top - ROOM).matrixTransform(inverse);
      const end = new DOMPoint(right + ROOM, bottom + ROOM).matrixTransform(inverse);
      const own = mark.getBoundingClientRect();
      if (boxes.length < 2 || (own.left <= left && own.right >= right && own.top <= top && own.bottom >= bottom)) return;
      last = { mark, own: SIDES.map((side) => mark.getAttribute(side) ?? "") };
      [start.x, start.y, end.x - start.x, end.y - start.y].forEach((value, k) => mark.setAttribute(SIDES[k] ?? "", value.toFixed(1)));
    },
  };
}
