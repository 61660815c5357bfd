/** Panels and sections that fold away; the browser remembers which. The right panel is away while it has nothing to say. */

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

/**
 * @param {Pick<import("../figure/types.js").App, "store">} app
 * @param {object} hooks
 * @param {() => void} hooks.changing called before the right panel comes or goes by itself
 */
export function mountFolds({ store }, { changing }) {
  const bench = /** @type {HTMLElement} */ (document.getElementById("bench"));
  const folded = recall();

  /** @param {string} id @param {boolean} value */
  function remember(id, value) {
    folded[id] = value;
    write();
  }

  /** @param {string} id */
  function forget(id) {
    delete folded[id];
    write();
  }

  function write() {
    try {
      localStorage.setItem(KEY, JSON.stringify(folded));
    } catch {
      // Without storage the folds are only forgotten.
    }
  }

  /** @param {"left" | "right"} side @param {() => boolean} [needed] whether it has anything to say */
  function panel(side, needed = () => true) {
    const id = `panel-${side}`;
    const button = /** @type {HTMLElement} */ (document.getElementById(`fold-${side}`));
    const place = /** @type {HTMLElement} */ (document.getElementById(id));
    const isAway = () => folded[id] ?? !needed();
    function show() {
      const away = isAway();
      place.hidden = away;
      bench.classList.toggle(`without-${side}`, away);
      button.setAttribute("aria-expanded", String(!away));
    }
    function toggle() {
      const away = !isAway();
      // A panel that is only unfolded again comes and goes by itself as before.
      if (!away && needed()) forget(id);
      else remember(id, away);
      show();
    }
    button.addEventListener("click", toggle);
    store.subscribe(["selected", "labels"], () => {
      if (isAway() === place.hidden) return;
      changing();
      show();
    });
    show();
    return toggle;
  }

  for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll("details.part"))) {
    if (part.id in folded) part.open = !folded[part.id];
    // Remember only what a person folds, not what opens by itself.
    part.querySelector("summary")?.addEventListener("click", () => remember(part.id, part.open));
  }
  const said = () => store.get("selected") !== null || store.get("labels") === "blanks";
  return { toggleLeft: panel("left"), toggleRight: panel("right", said) };
}
