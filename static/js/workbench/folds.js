/** Panels and sections that fold away; the browser remembers which. */

/** @typedef {Record<string, boolean>} Folded id → folded */

const KEY = "chainrule.folded";

/** @returns {Folded} */
function recall() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}");
  } catch {
    return {};
  }
}

export function mountFolds() {
  const bench = /** @type {HTMLElement} */ (document.getElementById("bench"));
  const folded = recall();

  /** @param {string} id @param {boolean} value */
  function remember(id, value) {
    folded[id] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(folded));
    } catch {
      // Without storage the folds are only forgotten.
    }
  }

  /** @param {"left" | "right"} side */
  function panel(side) {
    const id = `panel-${side}`;
    const button = /** @type {HTMLElement} */ (document.getElementById(`fold-${side}`));
    const place = /** @type {HTMLElement} */ (document.getElementById(id));
    function show() {
      const away = Boolean(folded[id]);
      place.hidden = away;
      bench.classList.toggle(`without-${side}`, away);
      button.setAttribute("aria-expanded", String(!away));
    }
    function toggle() {
      remember(id, !folded[id]);
      show();
    }
    button.addEventListener("click", toggle);
    show();
    return toggle;
  }

  for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.part"))) {
    if (part.id in folded) part.open = !folded[part.id];
    // Remember only what a person folds, not what opens by itself.
    part.querySelector("summary")?.addEventListener("click", () => remember(part.id, part.open));
  }
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-jump]"))) {
    button.addEventListener("click", () => {
      const part = /** @type {HTMLDetailsElement} */ (document.getElementById(button.dataset.jump ?? ""));
      part.open = true;
      part.scrollIntoView({ block: "start" });
      part.querySelector("summary")?.focus({ preventScroll: true });
    });
  }
  return { toggleLeft: panel("left"), toggleRight: panel("right") };
}
