// What on a lesson's page lies over something else, or sticks out at the side: a list of sentences, empty when all is well.
() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth - root.clientWidth} px too wide`);
  const main = document.querySelector("main");

  const name = (element) => {
    const words = (element.innerText ?? element.textContent ?? "").trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.localName} class="${element.getAttribute("class") ?? ""}"> “${words}”`;
  };

  // What is seen of a box: what its scrolling ancestors leave of it.
  const seen = (element, box) => {
    let { left, top, right, bottom } = box;
    for (let at = element.parentElement; at && at !== main; at = at.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(at);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const room = at.getBoundingClientRect();
      if (overflowX !== "visible") [left, right] = [Math.max(left, room.left), Math.min(right, room.right)];
      if (overflowY !== "visible") [top, bottom] = [Math.max(top, room.top), Math.min(bottom, room.bottom)];
    }
    return { left, top, right, bottom };
  };

  const things = [];
  const add = (element, box, slack) => {
    const { left, top, right, bottom } = seen(element, box);
    const shrunk = { left: left + slack, right: right - slack, top: top + slack, bottom: bottom - slack };
    if (shrunk.right > shrunk.left && shrunk.bottom > shrunk.top) things.push({ element, ...shrunk });
  };

  const units = ".katex, button, input, select, canvas.drawing, .math > math";
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT, {
    acceptNode(element) {
      if (!element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true })) return NodeFilter.FILTER_REJECT;
      // A graph is laid out by an engine with tests of its own; what only screen readers read takes no room.
      if (element.matches("svg.graph, .visually-hidden, option, .katex-mathml, [data-overlay]")) return NodeFilter.FILTER_REJECT;
      if (element.parentElement.closest(units)) return NodeFilter.FILTER_REJECT;
      return NodeFilter.FILTER_ACCEPT;
    },
  });
  for (let element = walker.nextNode(); element; element = walker.nextNode()) {
    if (element.matches(".katex")) {
      for (const part of element.querySelectorAll(".katex-html > *")) add(element, part.getBoundingClientRect(), 3);
      continue;
    }
    if (element.matches(units)) {
      add(element, element.getBoundingClientRect(), 2);
      continue;
    }
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE || !node.nodeValue.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const box of range.getClientRects()) add(element, box, 3);
    }
  }

  const width = root.clientWidth;
  for (const thing of things) {
    if (thing.left < -2 || thing.right > width + 2) found.push(`${name(thing.element)} sticks out at the side`);
  }
  things.sort((a, b) => a.top - b.top);
  for (let i = 0; i < things.length; i += 1) {
    for (let k = i + 1; k < things.length && things[k].top < things[i].bottom; k += 1) {
      const [a, b] = [things[i], things[k]];
      if (a.element === b.element || a.element.contains(b.element) || b.element.contains(a.element)) continue;
      if (Math.min(a.right, b.right) > Math.max(a.left, b.left)) found.push(`${name(a.element)} over ${name(b.element)}`);
    }
  }
  return [...new Set(found)].slice(0, 8);
}
