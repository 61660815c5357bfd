/** The table of everything the URL can say, read and written. No DOM. */

import { isFiniteTensor } from "../kit/tensor-text.js";

/** @typedef {import("./types.js").State} State */
/** @typedef {import("./types.js").InputValue} InputValue */
/** @typedef {import("../kit/types.js").HistoryMode} HistoryMode */

/**
 * @template T
 * @typedef {object} Prop
 * @property {T} initial
 * @property {(text: string) => T | undefined} read undefined for a text without meaning
 * @property {(value: T) => string} write
 * @property {string} [query] its name in the URL; by default its key
 * @property {HistoryMode | "run"} history default effect of a change on the browser's history; the first change of a
 *   run of changes, such as a drag, is pushed and the others replace it
 */

const LABELS = /** @type {const} */ (["numbers", "symbols", "shapes", "none", "blanks"]);
const LANGUAGES = /** @type {const} */ (["ko", "en"]);
const THEMES = /** @type {const} */ (["system", "light", "dark", "projector"]);

/**
 * @template {string} T
 * @param {readonly T[]} allowed
 * @returns {(text: string) => T | undefined}
 */
const oneOf = (allowed) => (text) => allowed.find((item) => item === text);

/** @param {string} text */
export const readNumber = (text) => (text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined);

/** @param {string} text */
const readList = (text) => text.split(",").filter((item) => item !== "");

/**
 * Split a text at commas outside brackets.
 * @param {string} text
 */
function splitOutside(text) {
  /** @type {string[]} */
  const parts = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= text.length; i += 1) {
    if (text[i] === "[") depth += 1;
    else if (text[i] === "]") depth -= 1;
    else if (i === text.length || (text[i] === "," && depth <= 0)) {
      if (i > start) parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}

/** @param {InputValue} value */
const writeInputValue = (value) => (typeof value === "number" ? String(value) : JSON.stringify(value));

/** @param {string} text such as `130` or `[[1,2],[3,4]]` */
function readInputValue(text) {
  if (!text.startsWith("[")) return readNumber(text);
  try {
    const value = JSON.parse(text);
    return isFiniteTensor(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} text such as `apple:130,X:[[1,2],[3,4]]` */
function readInputs(text) {
  /** @type {Record<string, InputValue>} */
  const inputs = {};
  for (const pair of splitOutside(text)) {
    const at = pair.lastIndexOf(":");
    const value = readInputValue(pair.slice(at + 1));
    if (at > 0 && value !== undefined) inputs[pair.slice(0, at)] = value;
  }
  return inputs;
}

/** The program's own numbers, as the inputs of before: no input of a link has a name without a colon. */
const OWN = "program";

/** @type {{[K in keyof State]: Prop<State[K]>}} */
export const PROPS = {
  program: { initial: "", read: (text) => text.replaceAll("\r\n", "\n"), write: String, history: "run" },
  inputs: {
    initial: {},
    read: readInputs,
    write: (inputs) => Object.entries(inputs).map(([name, value]) => `${name}:${writeInputValue(value)}`).join(","),
    history: "run",
  },
  upstream: { query: "seed", initial: 1, read: readInputValue, write: writeInputValue, history: "run" },
  output: {
    initial: null,
    read: (text) => (text === "" ? null : text),
    write: (output) => output ?? "",
    history: "push",
  },
  labels: { initial: "numbers", read: oneOf(LABELS), write: String, history: "push" },
  step: {
    initial: null,
    read: (text) => (/^\d{1,6}$/.test(text) ? Number(text) : undefined),
    write: (step) => (step === null ? "" : String(step)),
    history: "replace",
  },
  open: { initial: [], read: readList, write: (open) => open.join(","), history: "push" },
  selected: {
    initial: null,
    read: (text) => (text === "" ? null : text),
    write: (selected) => selected ?? "",
    history: "replace",
  },
  mistakes: { initial: [], read: readList, write: (mistakes) => mistakes.join(","), history: "push" },
  conventions: { initial: [], read: readList, write: (conventions) => conventions.join(","), history: "push" },
  before: {
    initial: null,
    read: (text) => (text === "" ? null : text === OWN ? {} : readInputs(text)),
    write: (before) => (before === null ? "" : PROPS.inputs.write(before) || OWN),
    history: "replace",
  },
  nudge: { initial: null, read: (text) => (/^.+:-?[\d.]+(e-?\d+)?$/.test(text) ? text : null), write: (nudge) => nudge ?? "", history: "replace" },
  second: { initial: null, read: (text) => (text === "before" || text === "rules" ? text : null), write: (second) => second ?? "", history: "replace" },
  lang: { initial: "ko", read: oneOf(LANGUAGES), write: String, history: "replace" },
  theme: { initial: "system", read: oneOf(THEMES), write: String, history: "replace" },
};

export const KEYS = /** @type {(keyof State)[]} */ (Object.keys(PROPS));

/** @param {keyof State} key */
const queryName = (key) => PROPS[key].query ?? key;

/**
 * @param {Partial<State>} [defaults] the server's defaults for this page
 * @returns {State}
 */
export function initialState(defaults = {}) {
  const initial = Object.fromEntries(KEYS.map((key) => [key, PROPS[key].initial]));
  return /** @type {State} */ ({ ...initial, ...defaults });
}

/**
 * Return the initial state of a page from the data that the server embedded; its `seed` is the upstream gradient.
 * @param {Partial<Omit<State, "upstream">> & {seed?: InputValue}} boot
 */
export const bootState = ({ seed, ...rest }) => initialState(seed === undefined ? rest : { ...rest, upstream: seed });

/**
 * Read a query. A missing or meaningless value becomes its default. Any program but the default one starts without the
 * default's inputs and open groups.
 * @param {string} query
 * @param {State} defaults
 * @returns {State}
 */
export function readState(query, defaults) {
  const params = new URLSearchParams(query);
  const base = params.has("program") ? { ...initialState(), lang: defaults.lang, theme: defaults.theme } : defaults;
  const entries = KEYS.map((key) => {
    const text = params.get(queryName(key));
    return [key, (text === null ? undefined : PROPS[key].read(text)) ?? base[key]];
  });
  return /** @type {State} */ (Object.fromEntries(entries));
}

/**
 * Return the shortest query that `readState` reads back as the same state.
 * @param {Readonly<State>} state
 * @param {State} defaults
 * @param {Set<keyof State>} [always] keys written even at their default
 * @returns {string} without the question mark; empty for the default state
 */
export function writeState(state, defaults, always = new Set()) {
  const params = new URLSearchParams();
  const own = state.program !== defaults.program;
  const base = own ? { ...initialState(), lang: defaults.lang, theme: defaults.theme } : defaults;
  for (const key of KEYS) {
    const write = /** @type {(value: unknown) => string} */ (PROPS[key].write);
    const text = write(state[key]);
    if (always.has(key) || (key === "program" ? own : text !== write(base[key]))) params.set(queryName(key), text);
  }
  // These characters are safe in a query and keep links readable.
  return params.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%28", "(").replaceAll("%29", ")");
}
