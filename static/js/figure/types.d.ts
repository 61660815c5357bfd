// The parts of a figure: its state, its calls, its picture, and the `app` object that panels receive.

import type { Appearance, Language, Problem, Store as StoreOf, Translate } from "../kit/types.js";
import type {
  Catalogue, Changes, CurveAnswer, DifferencesAnswer, ElementRef, Example, Explanation, Exported, Gradcheck, Graph, KinkItem, NudgeAnswer, Of,
  ProvenanceAnswer, Steps, TensorAnswer, Translation, Values,
} from "./answers.js";

export type Labels = "numbers" | "symbols" | "shapes" | "none" | "blanks";
/** An input's value: a number, or nested lists of the input's shape. */
export type InputValue = number | InputValue[];

/** Everything the URL can say; `state.js` reads and writes it. */
export interface State extends Appearance {
  program: string;
  inputs: Record<string, InputValue>;
  /** The upstream gradient at the output; `seed` in the URL and the REST interface. */
  upstream: InputValue;
  /** Id of the node that is differentiated; null for the program's last line. */
  output: string | null;
  labels: Labels;
  step: number | null;
  open: string[];
  selected: string | null;
  mistakes: string[];
  /** Conventions chosen at kinks in place of the default ones: `relu.zero.one`. */
  conventions: string[];
  /** The inputs that the trace of changes compares with; null for no trace. */
  before: Record<string, InputValue> | null;
  /** The pushed value and Δ: `apple:10`, `X[0,1]:0.5`; null for none. */
  nudge: string | null;
  /** What stands beside the picture: that of before the change, or that of the right rules. */
  second: "before" | "rules" | null;
}
export type Store = StoreOf<State>;

/** Calls about the graph in the store. A newer call of the same kind aborts the older one (AbortError). */
/** How a picture is to be placed, and what else a figure asks of it. */
export type PictureExtra = { wrap?: number | undefined; direction?: "right" | "down"; open?: string[]; blanks?: string[] };

export interface Api {
  graphs(kind?: string): Promise<Graph>;
  values(): Promise<Values>;
  picture(extra?: PictureExtra, kind?: string): Promise<string>;
  explain(id: string, kind?: string): Promise<Explanation>;
  steps(extra?: object): Promise<Steps>;
  /** One value, or one element of it, pushed by `delta`. */
  nudge(id: string, index: number[], delta: number): Promise<NudgeAnswer>;
  /** Value and gradient of one value, or of one element of it. */
  element(id: string, index: number[]): Promise<NudgeAnswer>;
  /** The output at evenly spaced values of any node, or of one element of it. */
  curveOver(node: string, index: number[], start: number, stop: number, points?: number): Promise<CurveAnswer>;
  /** What differs from other inputs, with the reasons of the parts `about`. */
  changes(before: Record<string, InputValue>, about?: string[]): Promise<Changes>;
  gradcheck(epsilon?: number): Promise<Gradcheck>;
  /** The output at evenly spaced values of one scalar input. */
  curve(input: string, start: number, stop: number, points?: number): Promise<CurveAnswer>;
  /** The derivative by one input, by ever smaller differences. */
  differences(input: string): Promise<DifferencesAnswer>;
  exportAs(format: string): Promise<Exported>;
  /** A text of another tool as a program. */
  translate(text: string): Promise<Translation>;
  share(): Promise<{ id: string; url: string }>;
  /** The catalogue of ops, fetched once. */
  ops(): Promise<Catalogue>;
  examples(lang: Language): Promise<Example[]>;
  /** What other engines give at a kink. */
  kink(id: string): Promise<KinkItem>;
  /** Aborts the outstanding call of a kind. */
  cancel(kind: string): void;
  /** The request body for the graph on the page. */
  body(): { program: string; inputs: Record<string, InputValue>; seed: InputValue; mistakes: string[]; conventions?: string[]; output?: string };
  /** The whole tensor of a node or an edge. */
  tensor(id: string, of: Of): Promise<TensorAnswer>;
  /** The same as an .npy file. */
  tensorFile(id: string, of: Of): Promise<Blob>;
  provenance(element: ElementRef): Promise<ProvenanceAnswer>;
  /** POST to any other path under /api/v1; its kind is the path, where none is given. */
  post(path: string, body: object, kind?: string): Promise<any>;
}

export interface View {
  /** The picture on the page; null before the first one. */
  readonly svg: SVGSVGElement | null;
  /** What pan and zoom move. */
  readonly viewport: SVGGElement | null;
  /** Width and height of the picture in its own coordinates. */
  readonly size: { width: number; height: number };
  /** The `<g>` of a node, an edge or a group, open or closed. */
  element(id: string): SVGGElement | null;
  /** All edges, nodes with closed groups, or open groups, in the picture's order; of a large picture few are rendered. */
  parts(kind: "edge" | "node" | "group"): readonly SVGGElement[];
  /** Where an element lies, in the picture's coordinates. */
  box(id: string): { x: number; y: number; width: number; height: number } | null;
  /** The centre of an element, in the picture's coordinates. */
  centre(id: string): { x: number; y: number } | null;
  /** Puts a class on exactly these elements, and on their successors when the picture changes. */
  mark(className: string, ids: Iterable<string>): void;
  /** Highlights some elements and dims the rest, except `done` ones; null ends it. */
  light(lit: { nodes?: Iterable<string>; edges?: Iterable<string>; done?: Iterable<string> } | null): void;
  /** Writes new numbers into the picture's texts. */
  setValues(values: Values): void;
  /** Takes over what a newer picture of the same graph says to a screen reader. */
  renewWords(text: string): void;
  /** Renders a part of a large picture, wherever it is, until the picture moves. */
  showPart(id: string): void;
  /** Brings an element into view, if possible without zooming. */
  reveal(id: string): void;
  /** Fits the whole graph into the view. */
  fit(): void;
}

export interface AppEvents {
  graph: Graph;
  values: Values;
  picture: SVGSVGElement;
  problem: Problem | null;
  /** An element to trace to its contributors; null ends the trace. */
  trace: ElementRef | null;
  /** The traced element's contributors; null when the trace has ended. */
  provenance: ProvenanceAnswer | null;
}
/** What a panel receives: one graph, its state and its picture. */
export interface App {
  store: Store;
  api: Api;
  view: View;
  t: Translate;
  /** Reads text out to a screen reader. */
  announce(text: string): void;
  /** The newest graph, its numbers current while a slider moves; null before the first answer. */
  readonly graph: Graph | null;
  /** "quiz" while labels are blanks, "step" while a step is shown, else "explore". */
  readonly mode: "explore" | "step" | "quiz";
  on<K extends keyof AppEvents>(event: K, fn: (data: AppEvents[K]) => void): () => void;
  emit<K extends keyof AppEvents>(event: K, data: AppEvents[K]): void;
  /** Keeps what a panel says about the numbers in step with them. */
  accompany(companion: import("./companions.js").Companion): void;
  /** Selects a node, an edge or a group, as a click does; null clears the selection. */
  select(id: string | null): void;
  /** Opens or closes a group; its box stays where it is on the screen. */
  toggleGroup(id: string): void;
  /** An undoable change. Consecutive edits with one `merge` key count as one. */
  edit(patch: Partial<Pick<State, "output" | "program" | "inputs" | "upstream" | "mistakes" | "conventions">>, merge?: string): void;
}

/** The handle on one figure. */
export type Figure = ReturnType<typeof import("./figure.js").createFigure>;
