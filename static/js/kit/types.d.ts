// Types without graphs: languages, numbers in JSON, problems, the store and the options of a call.

export type Language = "ko" | "en";
export type Theme = "system" | "light" | "dark" | "projector";
/** What every page's store holds. */
export interface Appearance { lang: Language; theme: Theme }
/** One text in both languages. */
export type BilingualText = Record<Language, string>;
/** Returns the message in the page's language. English is the key; `{name}` becomes `values.name`. */
export type Translate = (message: string, values?: Record<string, string | number>) => string;
export type Formula = { latex: string; mathml: string };

/** A number as the server sends it. JSON lacks NaN and infinities: they travel as strings. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";
/** Nested lists of numbers, as the server sends them. */
export type Tensor = JsonNumber | Tensor[];

/** An error answer of the server (RFC 9457), with its place in the program where there is one. */
/** Edits of a program, all of them together, after which its error is gone; lines and columns count characters from 1. */
export interface Fix {
  kind: "replace" | "define" | "rename";
  text: string;
  edits: { line: number; column: number; end_column: number; text: string }[];
}

export interface Problem {
  type: string; title: string; status: number; detail: string;
  line?: number; column?: number; end_column?: number; name?: string | null; hint?: string | null; allowed?: string | null;
  fix?: Fix | null; other_fix?: Fix | null;
  /** The refused members of a request. */
  errors?: { pointer: string; detail: string }[];
}

export interface CallOptions {
  /** Default: POST with a body, else GET. */
  method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Sent as JSON; a Blob is sent unchanged. */
  body?: object | Blob;
  /** Media type of a file to receive instead of JSON or text. The answer is then a Blob. */
  accept?: string;
  /** A newer call of the same kind aborts this one. Default: method and path. */
  kind?: string;
}

export type HistoryMode = "push" | "replace" | "none";
/** The page's state, changed by patches and watched by key. */
export interface Store<S extends object> {
  get<K extends keyof S>(key: K): S[K];
  all(): Readonly<S>;
  /** Changes the state. `history` overrides what the change does to the browser's history. */
  set(patch: Partial<S>, options?: { history?: HistoryMode }): void;
  /** Calls `fn(state, changed keys, history)` after each change of one of `keys`; returns a function that stops it. */
  subscribe(keys: (keyof S)[], fn: (state: Readonly<S>, changed: Set<keyof S>, history: HistoryMode | undefined) => void): () => void;
}
/** The part of a page's store that holds its language and theme. */
export interface AppearanceStore {
  get<K extends keyof Appearance>(key: K): Appearance[K];
  set(patch: Partial<Appearance>): void;
  subscribe(keys: (keyof Appearance)[], fn: (state: Readonly<Appearance>) => void): () => void;
}
