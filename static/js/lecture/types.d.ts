// Data of a lecture page, and what a special figure receives.

import type { App, Figure, InputValue, Labels, State, Store } from "../figure/types.js";
import type { JsonNumber, Language, Translate } from "../kit/types.js";

/** A figure of the part's front matter, with its example resolved and defaults filled in. */
export interface LessonFigure {
  id: string;
  /** `graph`, or a kind of lecture/figures.js. */
  kind: string;
  /** Slug of the example with the program. */
  example: string | null;
  /** The program in the page's language; empty for kinds without one. */
  program: string;
  /** The example's inputs, overridden by the figure's own. */
  inputs: Record<string, InputValue>;
  /** The upstream gradient at the output. */
  seed: InputValue;
  labels: Labels;
  open: string[];
  /** Initial step of the walk. */
  step: number | null;
  /** Whether gradients are visible only during the backward steps of the walk. */
  forward: boolean;
  /** Special kinds: the op of the figure. */
  op: string | null;
  also: string | null;
  /** Special kinds: id of the graph figure it is tied to. */
  figure: string | null;
  /** Inputs whose slopes a race seeks; null for all. */
  moved: string[] | null;
  /** The script beside a graph, in the page's language. */
  script: string | null;
}

/** A question to answer before the figure shows it. Its text is part of the page. */
export interface LessonPrediction {
  id: string;
  /** Id of its figure. */
  figure: string;
  /** Inputs set in the figure when the answer is revealed. */
  change: Record<string, InputValue>;
  /** Nodes in whose order gradients are passed back; empty for a right one. */
  order: string[];
  /** The number asked for: `value price`, `grad apple`, `grad X[0]`. */
  answer: string;
  right: JsonNumber;
  /** The right answer as text. */
  text: string;
  /** Numbers that known mistakes lead to, each with what is wrong. */
  mistakes: [number, string][];
}

/** The page's data, from the JSON in `#lesson-data`. */
export interface LessonData {
  part: number;
  slug: string;
  lang: Language;
  title: string;
  figures: LessonFigure[];
  predictions: LessonPrediction[];
}

/** The page as a special figure sees it: third argument of `mount`. */
export interface Lesson {
  data: LessonData;
  /** Language and theme of the page. The language is fixed: another one reloads the page. */
  store: Store;
  t: Translate;
  announce: App["announce"];
  /** Returns a figure's initial state in the page's language and theme. */
  stateOf(figure: LessonFigure, patch?: Partial<State>): State;
  /**
   * Creates a graph view in a `.canvas` element inside a `.view` with a height; the page can scroll over it. Mount the
   * listeners on its `app`, then call `start()`.
   */
  createFigure(canvas: HTMLElement, state: State, options: { room: () => { width: number; height: number }; makeRoom: () => void }): Figure;
  /** Returns the part's graph figure with that id once drawn, mounting it if necessary. Rejects if there is none. */
  figure(id: string): Promise<Figure>;
}

/**
 * Exports of a module in lecture/figures.js. `host` is an empty element as wide as the figure, above its caption. The
 * promise resolves when the figure is drawn, with its graph if predictions may ask about it. An error is shown in the
 * figure's place.
 */
export interface SpecialFigure {
  mount(host: HTMLElement, figure: LessonFigure, lesson: Lesson): void | Promise<void | Figure>;
}
