// Texts of the page, of pictures, formulas and controls alike, whose letters are smaller than this on the screen.
(least) => {
  const found = new Set();
  const presenting = document.documentElement.classList.contains("presenting");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const element = text.parentElement;
    if (!text.textContent.replaceAll("\u200b", "").trim() || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    // What a screen reader alone has, and what a picture does not show at this scale.
    if (element.closest("[display=none], .visually-hidden, .katex-mathml, .skip, title, noscript")) continue;
    const range = document.createRange();
    range.selectNode(text);
    const box = range.getBoundingClientRect();
    if (box.width < 1.5 || box.height === 0) continue;
    if (presenting && (box.bottom < 0 || box.top > innerHeight || box.right < 0 || box.left > innerWidth)) continue;
    const { a = 1, b = 0 } = (element.closest("svg") && element.getScreenCTM?.()) || {};
    const size = Number.parseFloat(getComputedStyle(element).fontSize) * Math.hypot(a, b);
    if (size < least - 0.05) found.add(`“${text.textContent.trim().slice(0, 30)}” in ${element.className?.baseVal ?? element.className} has letters of ${size.toFixed(1)} px`);
  }
  return [...found];
}
