// What of the page's graphs cannot be read or seen: letters that are too small, nodes outside, graphs that are scrolled sideways.
(least) => {
  const found = [];
  const visible = (element) => element.checkVisibility({ checkVisibilityCSS: true, checkOpacity: true }) && element.getBoundingClientRect().width > 0;
  for (const graph of document.querySelectorAll("svg.graph")) {
    if (!visible(graph)) continue;
    for (const text of graph.querySelectorAll("text")) {
      if (!text.textContent.trim() || !visible(text)) continue;
      const { a, b } = text.getScreenCTM();
      const size = Number.parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
      if (size < least - 0.05) found.push(`“${text.textContent}” has letters of ${size.toFixed(1)} px`);
    }
    const view = graph.getBoundingClientRect();
    const stage = graph.closest(".figure-stage");
    const over = stage ? stage.scrollWidth - stage.clientWidth : 0;
    if (over > 0 && graph.dataset.labels !== "blanks") {
      // On a phone a graph is scrolled so that its numbers are read, and a shade says where it goes on.
      const told = stage.clientWidth < 600 && (over <= 12 || /more-(left|right)/.test(stage.className));
      const numbers = [...graph.querySelectorAll(".edge > :is(.value, .grad), .edge .cell")];
      if (!told || (graph.dataset.labels === "numbers" && !numbers.some(visible))) found.push(`a graph is ${over} px too wide`);
    }
    if (graph.dataset.labels === "blanks") continue;
    for (const node of graph.querySelectorAll(".node")) {
      const box = (node.querySelector(".shape") ?? node).getBoundingClientRect();
      if (box.left < view.left - 1 || box.right > view.right + 1 || box.top < view.top - 1 || box.bottom > view.bottom + 1) found.push(`${node.dataset.id} is outside`);
    }
  }
  return found;
}
