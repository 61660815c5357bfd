/** The choice of what edges show: numbers, symbols, shapes, nothing or blanks. */

/** @typedef {import("../figure/types.js").Labels} Labels */

/** @param {import("../figure/types.js").App} app */
export function mountLabels(app) {
  const { store } = app;
  const group = /** @type {HTMLElement} */ (document.getElementById("labels"));
  const quiz = /** @type {HTMLElement} */ (document.getElementById("part-quiz"));
  const choices = /** @type {HTMLButtonElement[]} */ ([...group.querySelectorAll("[data-labels]")]);

  function show() {
    const labels = store.get("labels");
    for (const choice of choices) {
      const chosen = choice.dataset.labels === labels;
      choice.setAttribute("aria-checked", String(chosen));
      choice.tabIndex = chosen ? 0 : -1;
    }
    quiz.hidden = labels !== "blanks";
  }

  for (const choice of choices) {
    choice.addEventListener("click", () => store.set({ labels: /** @type {Labels} */ (choice.dataset.labels) }));
  }
  store.subscribe(["labels"], show);
  show();
}
