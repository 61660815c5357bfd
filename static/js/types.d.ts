// The shapes that the page's parts share: the state, the server's answers and the `app` object.

export type Language = "ko" | "en";
export type Theme = "system" | "light" | "dark" | "projector";
export type Labels = "numbers" | "symbols" | "shapes" | "none" | "blanks";

/** Numbers that JSON lacks travel as the strings "NaN", "Infinity" and "-Infinity". */
export type Number_ = number | "NaN" | "Infinity" | "-Infinity";
export type Value = Number_ | null | Value[] | { shape: number[]; [statistic: string]: unknown };
/** What an input is given: a number, or lists of the input's shape. */
export type InputValue = number | InputValue[];
/** Numbers in lists in lists, as the server sends them. */
export type Tensor = Number_ | Tensor[];
export type Text = { ko: string; en: string };
export type Formula = { latex: string; mathml: string };

/** Everything that the URL can say. One table in state.js reads and writes it. */
export interface State {
  program: string;
  inputs: Record<string, InputValue>;
  seed: number;
  labels: Labels;
  step: number | null;
  open: string[];
  selected: string | null;
  mistakes: string[];
  lang: Language;
  theme: Theme;
}

/** A tensor as the texts of its matrix, or as the address of its heat map. */
export type TensorSight = string[][] | string | null;
/** What a drag brings of one tensor: its value, and its gradient where it has one. */
export interface TensorSights {
  value?: TensorSight; grad?: TensorSight;
  /** The size of the number at full colour of a heat map. */
  scale?: { value?: Number_ | null; grad?: Number_ | null };
}

export interface GraphInput {
  id: string; name: string; label: string | null; value: Value; default: Value;
  min: number | null; max: number | null; step: number | null; line: number; column: number;
  /** Of a tensor; absent or empty for a number. */
  shape?: number[];
  /** Whether its elements can be typed: tensors of up to 100 elements. */
  editable?: boolean;
}
export interface GraphNode {
  id: string; kind: "input" | "constant" | "op"; op: string | null; symbol: string; name: string | null;
  label: string | null; inputs: string[]; group: string | null; shape: number[];
  value: Value; grad: Value; value_text: string; grad_text: string | null;
  note: Text | null; line: number; column: number;
  latex: { value: string; grad: string }; aria: Text;
  /** Only of a tensor. */
  display?: "number" | "matrix" | "heat";
  cells?: { value: string[][]; grad: string[][] | null } | null;
  image?: { value: string; grad: string | null; [more: string]: unknown } | null;
  /** The axes by name or length: `["N", 2]`. */
  axes?: (string | number)[] | null;
}
export interface GraphEdge {
  id: string; source: string; target: string; slot: number; value: Value; grad: Value; local: Value;
  value_text: string; grad_text: string | null; local_text: string | null;
  latex: { local: string; grad: string };
  /** Of a tensor's gradient, when it is written out. */
  cells?: { grad: string[][] | null } | null;
}
export interface GraphGroup {
  id: string; name: string; op: string; parent: string | null; inputs: string[]; output: string;
  latex: Record<string, string>;
}
export interface Problem {
  type: string; title: string; status: number; detail: string;
  line?: number; column?: number; end_column?: number; name?: string | null; hint?: string | null; allowed?: string | null;
}
/** The answer of POST /graphs. */
export interface Graph {
  output: string | null; seed: number; structure: string;
  inputs: GraphInput[]; nodes: GraphNode[]; edges: GraphEdge[]; groups: GraphGroup[];
  error: Problem | null;
}
/** The answer of POST /graphs/values, in the order of the graph's nodes and edges. */
export interface Values {
  structure: string; output: string;
  values: Value[]; grads: Value[]; value_texts: string[]; grad_texts: (string | null)[];
  edge_grads: Value[]; edge_locals: Value[]; edge_grad_texts: (string | null)[]; edge_local_texts: (string | null)[];
  groups: Record<string, { grad: Value; grad_text: string }>;
  /** Of the graph's tensors by id of the node; the columns hold null for them. */
  tensors?: Record<string, TensorSights>;
  edge_tensors?: Record<string, TensorSights>;
  notes: Record<string, Text>;
  /** Nodes where a value that is no ordinary number first arises. */
  failing: string[];
  wrong: string[];
}
export interface Example {
  slug: string; part: number; title: Text; summary: Text; program: string;
  inputs: Record<string, InputValue>; seed: number; labels: Labels; open: string[];
}
export interface Mistake { name: string; title: Text; advice: Text }
export interface CatalogueOp {
  kind: "primitive" | "composite" | "branch";
  name: string; symbol: string; arity: number; written: string; title: Text; forward: Text | null; rule: Text;
  latex: string; partials: string[]; undefined: Text | null; definition: string | null; mistakes: Mistake[];
}
/** What GET /ops lists, by kind; `mistakes` are those that belong to no op. */
export interface Catalogue { ops: CatalogueOp[]; composites: CatalogueOp[]; mistakes: Mistake[] }

export type HistoryMode = "push" | "replace" | "none";
export interface Store {
  get<K extends keyof State>(key: K): State[K];
  all(): Readonly<State>;
  /** Changes the state. `history` says what the browser's history does; by default each key's own habit (state.js). */
  set(patch: Partial<State>, options?: { history?: HistoryMode }): void;
  /** Calls `fn(state, changed keys)` after each change of one of `keys`; gives the function that ends it. */
  subscribe(keys: (keyof State)[], fn: (state: Readonly<State>, changed: Set<keyof State>) => void): () => void;
}

/** Each call takes the store's state and aborts an older call of its own kind (it then rejects with AbortError). */
export interface Api {
  graphs(): Promise<Graph>;
  values(): Promise<Values>;
  picture(extra?: object): Promise<string>;
  explain(id: string): Promise<any>;
  steps(extra?: object): Promise<any>;
  gradcheck(epsilon?: number): Promise<any>;
  /** The output at evenly spaced places of one input, which must be a number. */
  curve(input: string, start: number, stop: number, points?: number): Promise<CurveAnswer>;
  /** The derivative by one input, by ever smaller differences. */
  differences(input: string): Promise<DifferencesAnswer>;
  exportAs(format: string): Promise<any>;
  share(): Promise<{ id: string; url: string }>;
  /** The catalogue, asked for once. */
  ops(): Promise<Catalogue>;
  examples(lang: Language): Promise<Example[]>;
  /** Aborts the outstanding call of a kind. */
  cancel(kind: string): void;
  /** The request body for what is on the screen: {program, inputs, seed, mistakes}. */
  body(): { program: string; inputs: Record<string, InputValue>; seed: number; mistakes: string[] };
  /** A whole tensor of a node or an edge. */
  tensor(id: string, of: Of): Promise<TensorAnswer>;
  /** The same as the file that NumPy reads. */
  tensorFile(id: string, of: Of): Promise<Blob>;
  provenance(element: Element_): Promise<ProvenanceAnswer>;
  /** POST any other path under /api/v1 with JSON; a problem becomes an ApiProblem. */
  post(path: string, body: object): Promise<any>;
}

/** The answer of POST /graphs/curve. */
export interface CurveAnswer { input: string; at: Number_[]; values: Number_[]; slopes: Number_[] }
/** The answer of POST /graphs/differences: one entry a step. */
export interface DifferencesAnswer {
  input: string; backprop: Number_; backprop_text: string; epsilons: number[];
  forward: Number_[]; central: Number_[]; forward_errors: Number_[]; central_errors: Number_[];
  forward_texts: string[]; central_texts: string[]; forward_error_texts: string[]; central_error_texts: string[];
}

export type Of = "value" | "grad";
/** One element of a node's value or gradient; the index of a number is empty. */
export interface Element_ { id: string; of: Of; index: number[] }
/** The answer of POST /graphs/tensor. */
export interface TensorAnswer {
  id: string; of: Of; shape: number[]; values: Tensor;
  min: Number_; max: Number_; mean: Number_; norm: Number_; zeros: number; nan?: number;
  histogram: { edges: Number_[]; counts: number[] };
}
/** The elements of one node that take part in another. */
export interface Light { id: string; of: Of; cells: number[][] }
/** The answer of POST /graphs/provenance. */
export interface ProvenanceAnswer extends Element_ {
  formula: Formula | { symbols: Formula; numbers: Formula };
  terms: { formula: Formula | { symbols: Formula; numbers: Formula }; value_text: string }[];
  count?: number;
  lights: Light[];
}

export interface View {
  /** The picture on the page, or null before the first one. */
  readonly svg: SVGSVGElement | null;
  /** The <g> of a node, an edge or a group (open or closed). */
  element(id: string): SVGGElement | null;
  /** The middle of an element in the picture's own coordinates. */
  centre(id: string): { x: number; y: number } | null;
  /** Puts a class on exactly these elements, and keeps it there when the picture is drawn again. */
  mark(className: string, ids: Iterable<string>): void;
  /** Lights some elements and dims the rest (`done` ones stay plain); null ends it. */
  light(lit: { nodes?: Iterable<string>; edges?: Iterable<string>; done?: Iterable<string> } | null): void;
  /** Puts new numbers into the texts that stand. */
  setValues(values: Values): void;
  /** Brings an element into view, without changing the zoom when it can be avoided. */
  reveal(id: string): void;
  /** Fits the whole graph into the view. */
  fit(): void;
}

export interface AppEvents {
  graph: Graph;
  values: Values;
  picture: SVGSVGElement;
  problem: Problem | null;
  /** An element whose makers somebody wants to see; null ends it. */
  trace: Element_ | null;
  /** What makes it; null when nothing is traced any more. */
  provenance: ProvenanceAnswer | null;
}
export interface App {
  store: Store;
  api: Api;
  view: View;
  /** The message in the page's language; `{name}` in it is replaced by `values.name`. English text is the key. */
  t(message: string, values?: Record<string, string | number>): string;
  /** Reads text out to a screen reader. */
  announce(text: string): void;
  /** The newest graph, its numbers kept current while a slider moves; null before the first answer. */
  readonly graph: Graph | null;
  /** "quiz" while labels are blanks, "step" while a step is shown, else "explore". */
  readonly mode: "explore" | "step" | "quiz";
  on<K extends keyof AppEvents>(event: K, fn: (data: AppEvents[K]) => void): () => void;
  emit<K extends keyof AppEvents>(event: K, data: AppEvents[K]): void;
  /** Selects a node, an edge or a group (null clears), as a click on it does. */
  select(id: string | null): void;
  /** Opens or closes a group; the box stays where it is on the screen. */
  toggleGroup(id: string): void;
  /** A change that undo takes back: program, inputs, seed, mistakes. Edits with one `merge` key in a row are one. */
  edit(patch: Partial<Pick<State, "program" | "inputs" | "seed" | "mistakes">>, merge?: string): void;
}
