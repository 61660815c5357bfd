/** The menu of the lecture's examples, by part, and the title of the example on the page. */

import { initialState } from "../figure/state.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Example} Example */
/** @typedef {import("../kit/types.js").Language} Language */
/** @typedef {import("../figure/types.js").State} State */

/**
 * @param {Example[]} examples
 * @returns {[number, Example[]][]} in order of first appearance
 */
export function byPart(examples) {
  /** @type {Map<number, Example[]>} */
  const parts = new Map();
  for (const example of examples) parts.set(example.part, [...(parts.get(example.part) ?? []), example]);
  return [...parts];
}

/**
 * Return the example with this program; of several, the one whose view is most alike.
 * @param {Example[]} examples
 * @param {Pick<State, "program" | "labels" | "open" | "upstream">} state
 * @param {string} [chosen] slug of the example chosen last; it breaks ties
 * @returns {Example | undefined}
 */
export function exampleOf(examples, state, chosen) {
  const program = state.program.trim();
  /** @param {Example} example */
  const likeness = (example) =>
    Number(example.labels === state.labels) * 2 +
    Number(example.open.join() === state.open.join()) * 2 +
    Number(example.seed === state.upstream) * 2 +
    Number(example.slug === chosen);
  return examples.filter((example) => example.program.trim() === program).sort((a, b) => likeness(b) - likeness(a))[0];
}

/**
 * @param {App} app
 * @param {object} hooks
 * @param {string} hooks.firstProgram the program of an address without a query
 * @param {(program: string) => void} hooks.setFirstProgram called when another language changes that program's comments
 * @param {(patch: {program: string}) => void} hooks.amend applies a change that is no edit of its own
 * @param {() => void} hooks.opened called when an example is opened, before its picture arrives
 */
export function mountExamples(app, { firstProgram, setFirstProgram, opened, amend }) {
  const { store, t } = app;
  const menu = /** @type {HTMLElement} */ (document.getElementById("examples"));
  const title = /** @type {HTMLElement} */ (document.getElementById("example-title"));
  /** @type {Map<Language, Promise<Example[]>>} */
  const loaded = new Map();
  let language = store.get("lang");
  /** @type {string | undefined} */
  let chosen;

  /** @param {Language} lang */
  function load(lang) {
    const known = loaded.get(lang);
    if (known) return known;
    const loading = app.api.examples(lang);
    loaded.set(lang, loading);
    loading.catch(() => loaded.delete(lang));
    return loading;
  }

  /** @param {Example} example */
  function open(example) {
    menu.hidePopover();
    chosen = example.slug;
    opened();
    const { lang, theme } = store.all();
    const { program, inputs, seed: upstream, labels, open: groups } = example;
    store.set({ ...initialState(), lang, theme, program, inputs, upstream, labels, open: groups }, { history: "push" });
    app.announce(example.title[lang]);
  }

  async function build() {
    const lang = store.get("lang");
    const examples = await load(lang).catch(() => null);
    if (!examples) {
      menu.textContent = t("The server does not answer.");
      return;
    }
    const here = exampleOf(examples, store.all(), chosen);
    const sections = byPart(examples).map(([part, items]) => {
      const section = document.createElement("section");
      const heading = document.createElement("h2");
      heading.className = "part-number";
      heading.textContent = t("Part {part}", { part });
      const list = document.createElement("ul");
      for (const example of items) {
        const item = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.className = "example";
        button.dataset.slug = example.slug;
        if (example === here) button.setAttribute("aria-current", "true");
        const name = document.createElement("strong");
        name.textContent = example.title[lang];
        const summary = document.createElement("span");
        summary.textContent = example.summary[lang];
        button.append(name, summary);
        button.addEventListener("click", () => open(example));
        item.append(button);
        list.append(item);
      }
      section.append(heading, list);
      return section;
    });
    menu.replaceChildren(...sections);
  }

  async function showTitle() {
    const examples = await load(store.get("lang")).catch(() => []);
    const here = exampleOf(examples, store.all(), chosen);
    title.textContent = here ? here.title[store.get("lang")] : t("Your own program");
  }

  /** Translate the comments of an unchanged example. */
  async function changeLanguage() {
    const before = language;
    language = store.get("lang");
    const [old, fresh] = await Promise.all([load(before), load(language)]).catch(() => [[], []]);
    const here = exampleOf(old, store.all(), chosen);
    const same = here && fresh.find((example) => example.slug === here.slug);
    const first = old.find((example) => example.program === firstProgram);
    const firstNow = first && fresh.find((example) => example.slug === first.slug);
    if (firstNow) {
      firstProgram = firstNow.program;
      setFirstProgram(firstProgram);
    }
    if (same && store.get("lang") === language) amend({ program: same.program });
    showTitle();
    build();
  }

  menu.addEventListener("beforetoggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState === "open") build();
  });
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    /** @type {HTMLElement | null} */ (menu.querySelector('[aria-current="true"]'))?.scrollIntoView({ block: "center" });
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("button.example")]);
    const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  });
  store.subscribe(["program", "labels", "open", "upstream"], showTitle);
  store.subscribe(["lang"], changeLanguage);
  showTitle();
}
