/** The menu of the lecture's examples, in groups with small pictures, and the title of the example on the page. */

import { initialState } from "../figure/state.js";
import { make } from "../kit/element.js";
import { msg } from "../kit/i18n.js";
import { ROOT } from "../kit/root.js";
import { createGuide } from "./guide.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../figure/answers.js").Example} Example */
/** @typedef {import("../kit/types.js").Language} Language */
/** @typedef {import("../figure/types.js").State} State */

/** Groups of the menu, and the last part of the lecture in each. */
const GROUPS = [
  { title: msg("Chain rule and forward pass"), last: 4 },
  { title: msg("Backward through a node"), last: 12 },
  { title: msg("Activation functions"), last: 15 },
  { title: msg("Affine, softmax and loss"), last: 18 },
  { title: msg("Nets"), last: Infinity },
];

/**
 * @param {Example[]} examples
 * @returns {[string, Example[]][]} titles of groups with their examples; empty groups are left out
 */
export function inGroups(examples) {
  /** @type {Map<string, Example[]>} */
  const groups = new Map();
  for (const example of examples) {
    const title = GROUPS.find(({ last }) => example.part <= last)?.title ?? "";
    groups.set(title, [...(groups.get(title) ?? []), example]);
  }
  return [...groups];
}

/**
 * Return the examples that speak of all words of a text, in the language shown or in the program.
 * @param {Example[]} examples
 * @param {string} text
 * @param {Language} lang
 */
export function matching(examples, text, lang) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return examples.filter(({ title, summary, guide, program, slug, part }) => {
    const said = [title[lang], summary[lang], guide.question[lang], program, slug, String(part)].join("\n").toLowerCase();
    return words.every((word) => said.includes(word));
  });
}

/**
 * Return the address of an example's small picture, without numbers.
 * @param {Example} example
 * @param {"light" | "dark"} theme
 */
export function pictureOf({ program, open }, theme) {
  return `${ROOT}/api/v1/graphs/picture.svg?${new URLSearchParams({ program, labels: "none", theme, ...(open.length > 0 && { open: open.join(",") }) })}`;
}

const isDark = () => getComputedStyle(document.documentElement).colorScheme === "dark" || (getComputedStyle(document.documentElement).colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);

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
  const guide = createGuide(app, /** @type {HTMLElement} */ (document.getElementById("guide")), open);
  const filter = make("input", { type: "search", class: "example-filter", autocomplete: "off", spellcheck: "false" });
  const list = make("div", { class: "example-groups" });
  menu.append(filter, list);

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
    if (lang !== store.get("lang")) return;
    filter.placeholder = t("Find an example");
    filter.setAttribute("aria-label", t("Find an example"));
    if (!examples) {
      list.textContent = t("The server does not answer.");
      return;
    }
    const here = exampleOf(examples, store.all(), chosen);
    const theme = isDark() ? "dark" : "light";
    const found = matching(examples, filter.value, lang);
    const card = (/** @type {Example} */ example) => {
      const picture = make("img", { src: pictureOf(example, theme), alt: "", loading: "lazy", decoding: "async", width: 160, height: 64 });
      const words = make(
        "span",
        {},
        make("small", {}, t("Part {part}", { part: example.part })),
        make("strong", {}, example.title[lang]),
        make("span", {}, example.guide.question[lang]),
      );
      const button = make("button", { type: "button", class: "example", "data-slug": example.slug, "aria-current": example === here && "true" }, picture, words);
      button.addEventListener("click", () => open(example));
      return make("li", {}, button);
    };
    const sections = inGroups(found).map(([title, items]) => make("section", {}, make("h2", {}, t(title)), make("ul", {}, items.map(card))));
    list.replaceChildren(...(sections.length > 0 ? sections : [make("p", { class: "muted" }, t("No example speaks of this."))]));
  }

  async function showTitle() {
    const lang = store.get("lang");
    const examples = await load(lang).catch(() => []);
    if (lang !== store.get("lang")) return;
    const here = exampleOf(examples, store.all(), chosen);
    title.textContent = here ? here.title[lang] : t("Your own program");
    guide.show(examples, here);
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
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    filter.value = "";
    build();
  });
  filter.addEventListener("input", build);
  menu.addEventListener("toggle", (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== "open") return;
    /** @type {HTMLElement | null} */ (menu.querySelector('[aria-current="true"]'))?.scrollIntoView({ block: "center" });
    filter.focus({ preventScroll: true });
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
