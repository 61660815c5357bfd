// What a page of the lecture carries, and what a special figure is given.

import type { App, Figure, InputValue, Labels, State, Store } from "../figure/types.js";
import type { JsonNumber, Language, Translate } from "../kit/types.js";

/** A figure as the part's front matter says it, its example looked up: fields that it leaves out have their usual value. */
export interface LessonFigure {
  id: string;
  /** `graph`, or a special kind of lesson-figures.js. */
  kind: string;
  /** Slug of the example that the program comes from. */
  example: string | null;
  /** The program in the page's language; empty for a kind that needs none. */
  program: string;
  /** The example's inputs, the figure's own over them. */
  inputs: Record<string, InputValue>;
  seed: number;
  labels: Labels;
  open: string[];
  /** The step of the walk at which it stands. */
  step: number | null;
  /** Whether gradients are seen only while the backward pass is walked. */
  forward: boolean;
  /** Of a special kind: the op that it is about. */
  op: string | null;
  /** Of a special kind: id of the graph figure of this part that it is tied to. */
  figure: string | null;
  /** Of a script beside a graph: the script, in the page's language. */
  script: string | null;
}

/** A question to be answered before looking. The text stands in the page. */
export interface LessonPrediction {
  id: string;
  /** Id of the figure that it is about. */
  figure: string;
  /** Inputs put into the figure when the answer is revealed. */
  change: Record<string, InputValue>;
  /** What is asked: `value price`, `grad apple`, `grad X[0]`. */
  answer: string;
  right: JsonNumber;
  /** The right answer as a person reads it. */
  text: string;
}

/** What the page knows of its part: the JSON in `#lesson`. */
export interface LessonData {
  part: number;
  slug: string;
  lang: Language;
  title: string;
  figures: LessonFigure[];
  predictions: LessonPrediction[];
}

/** The page as a special figure sees it: the third argument of `mount`. */
export interface Lesson {
  data: LessonData;
  /** Language and theme of the page. The language never changes while the page stands: another one loads it anew. */
  store: Store;
  t: Translate;
  announce: App["announce"];
  /** The first state of a figure, in the page's language and theme. */
  stateOf(figure: LessonFigure, patch?: Partial<State>): State;
  /**
   * A graph view of its own in an element of class `canvas` that stands in one of class `view` with a height;
   * embedded, so that the page can be scrolled over it. Mount what listens to its `app`, then call `start()`.
   */
  createFigure(canvas: HTMLElement, state: State): Figure;
  /**
   * The graph figure of this part with that id, when it has been placed and drawn. Asking for it places it.
   * Rejects when the part has no such graph figure.
   */
  figure(id: string): Promise<Figure>;
}

/**
 * What a module of lesson-figures.js exports. `host` is an empty element as wide as the figure; the caption stands
 * beneath it already. A promise holds until the figure is drawn. What is thrown is told in the figure's place. A figure
 * with a graph of its own that predictions may ask about gives it.
 */
export interface SpecialFigure {
  mount(host: HTMLElement, figure: LessonFigure, lesson: Lesson): void | Promise<void | Figure>;
}
