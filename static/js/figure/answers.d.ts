// What the server answers about a graph: its parts and numbers, explanations, steps, checks and exports.

import type { BilingualText, Formula, JsonNumber, Problem, Tensor } from "../kit/types.js";
import type { InputValue, Labels } from "./types.js";

export type Value = JsonNumber | null | Value[] | { shape: number[]; [statistic: string]: unknown };
export type Of = "value" | "grad";

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
  /** Its name, number or short expression, and without a name the expression written out further. */
  called: string; expression: string | null;
  label: string | null; inputs: string[]; group: string | null; shape: number[];
  value: Value; grad: Value; value_text: string; grad_text: string | null;
  note: BilingualText | null; line: number; column: number;
  latex: { value: string; grad: string }; aria: BilingualText;
  /** Tensors only. */
  display?: "number" | "matrix" | "heat";
  cells?: { value: string[][]; grad: string[][] | null } | null;
  image?: { value: string; grad: string | null; [more: string]: unknown } | null;
  /** Axes by name or length: `["N", 2]`. */
  axes?: (string | number)[] | null;
}
export interface GraphEdge {
  id: string; source: string; target: string; slot: number; value: Value; grad: Value; local: Value;
  value_text: string; grad_text: string | null; local_text: string | null;
  latex: { local: string; grad: string };
  /** Texts of a tensor's gradient, if small enough to write out. */
  cells?: { grad: string[][] | null } | null;
}
export interface GraphGroup {
  id: string; name: string; called: string; op: string; parent: string | null; inputs: string[]; output: string;
  latex: Record<string, string>;
}
/** The answer of POST /graphs. */
export interface Graph {
  output: string | null; seed: Value; structure: string;
  inputs: GraphInput[]; nodes: GraphNode[]; edges: GraphEdge[]; groups: GraphGroup[];
  /** Edges at a kink now. */
  kinks?: EdgeKink[];
  error: Problem | null;
}

/** A tensor as the texts of its matrix, or as the address of its heat map. */
export type TensorDisplay = string[][] | string | null;
export interface TensorDisplays {
  value?: TensorDisplay; grad?: TensorDisplay;
  /** The absolute value at full colour of each heat map. */
  scale?: { value?: JsonNumber | null; grad?: JsonNumber | null };
}
/** The answer of POST /graphs/values, in the order of the graph's nodes and edges. */
export interface Values {
  structure: string; output: string;
  values: Value[]; grads: Value[]; value_texts: string[]; grad_texts: (string | null)[];
  edge_grads: Value[]; edge_locals: Value[]; edge_grad_texts: (string | null)[]; edge_local_texts: (string | null)[];
  groups: Record<string, { grad: Value; grad_text: string }>;
  /** Tensors by node id; the columns above hold null for them. */
  tensors?: Record<string, TensorDisplays>;
  edge_tensors?: Record<string, TensorDisplays>;
  notes: Record<string, BilingualText>;
  /** Nodes where NaN or an infinity first appears. */
  failing: string[];
  wrong: string[];
  kinks?: EdgeKink[];
  /** Sizes of the nodes' numbers, a digit each; a run's frames have none. */
  heat?: { values: string; grads: string };
}

/** One element at a kink: the slopes of both sides, null where there is none, and the one passed back. */
export interface KinkPlace {
  index: number[];
  left: JsonNumber | null; right: JsonNumber | null; passed: JsonNumber;
  left_text: string; right_text: string; passed_text: string;
}
/** An edge whose op is at a kink; `places` are the first few of `count` elements. */
export interface EdgeKink { edge: string; kink: string; count: number; places: KinkPlace[] }
/** The same with what is said of it, in the explanation of a part. */
export interface ExplainedKink extends EdgeKink {
  kind: "corner" | "step" | "edge" | "removable";
  place: Formula; sentence: string; why: string;
  choices: { name: string; title: string; default: boolean; chosen: boolean }[];
  /** Id for GET /kinks; null if no other engine was measured there. */
  elsewhere: string | null;
}
/** The one-sided derivatives of the output beside a gradient check at a kink. */
export interface CheckedKink { left_text: string; right_text: string; passed_text: string; kinks: string[]; sentence: string }
export interface Engine { id: string; name: string; version: string; precision: string }
/** The answer of GET /kinks/{id}: engines grouped by the gradients they give. */
export interface KinkItem {
  id: string; title: BilingualText; text: string; expression: string; measured: string | null;
  /** Null, as `measured`, of a kink where no engine was measured. */
  own: { version: string } | null;
  choices: { name: string; title: BilingualText; default: boolean; gradients: unknown[] | null }[];
  answers: { text: string; gradients: unknown[] | null; own: boolean; engines: Engine[] }[];
  missing: Engine[];
}

/** One example of GET /examples. */
export interface Example {
  slug: string; part: number; title: BilingualText; summary: BilingualText; program: string;
  inputs: Record<string, InputValue>; seed: number; labels: Labels; open: string[]; guide: ExampleGuide;
}
/** A question to an example, and what to try; `change` does it. */
export interface ExampleGuide {
  question: BilingualText; task: BilingualText;
  change: { inputs?: Record<string, InputValue>; labels?: Labels; open?: string[]; selected?: string; step?: number; mistakes?: string[] };
}
/** A known wrong backward rule. */
export interface Mistake { name: string; title: BilingualText; advice: BilingualText }
export interface CatalogueOp {
  kind: "primitive" | "composite" | "branch";
  name: string; symbol: string; arity: number; written: string; title: BilingualText; forward: BilingualText | null;
  rule: BilingualText; latex: string; partials: string[]; undefined: BilingualText | null; definition: string | null;
  mistakes: Mistake[];
}
/** The answer of GET /ops, by kind. `mistakes` are those of no single op. */
export interface Catalogue { ops: CatalogueOp[]; composites: CatalogueOp[]; mistakes: Mistake[] }

/** A number before and after; of a tensor, that of the element that moved most. */
export interface Difference {
  old: JsonNumber; new: JsonNumber; difference: JsonNumber;
  old_text: string; new_text: string; difference_text: string; where: number[]; elements: number;
  /** Null for a number. */
  tensor: {
    old_norm: JsonNumber; new_norm: JsonNumber; old_norm_text: string; new_norm_text: string; norm_difference_text: string;
    /** Each element's difference; only with a reason. */
    heat: { href: string; rows: number; columns: number } | null;
  } | null;
}
/** A part with a changed value or gradient, and why the gradient changed. */
export interface Changed {
  id: string; kind: "node" | "edge"; value: Difference | null; gradient: Difference | null;
  reason: {
    code: "upstream" | "local" | "both" | "sum" | "not_finite"; upstream: JsonNumber; local: JsonNumber;
    upstream_text: string; local_text: string;
    /** Edges whose values the local derivative is made of, and that changed. */
    causes: string[];
    sentence: BilingualText;
  } | null;
}
/** The answer of POST /graphs/changes. */
export interface Changes { structure: string; changes: Changed[] }

/** The answer of POST /graphs/nudge. */
/** A number, or one element of a tensor. */
export interface RaceElement { id: string; index: number[] }
export interface RaceSlope { input: RaceElement; output: RaceElement; slope: JsonNumber; slope_text: string }
export interface RacePass {
  kind: "evaluation" | "tangent" | "backward"; about: RaceElement | null; sign: number; multiplications: number; known: number; slopes: RaceSlope[];
}
/** The answer of POST /graphs/races. */
export interface RaceAnswer {
  way: "numerical" | "forward" | "reverse"; passes: number; slopes: number; first: number; next: number;
  multiplications: number; known: number; told: RacePass[];
}
/** The answer of POST /graphs/order. */
export interface OrderAnswer {
  structure: string;
  turns: { id: string; waiting: number; gradient_text: string; edges: { id: string; contribution_text: string; right_text: string }[]; late: string[] }[];
  left: string[]; ready: string[]; lost: string[];
  nodes: { id: string; waiting: number; gradient: JsonNumber | null; gradient_text: string | null; right_text: string; equal: boolean }[];
}
export interface NudgeAnswer {
  id: string; index: number[]; value: JsonNumber; gradient: JsonNumber; slope: JsonNumber;
  value_text: string; gradient_text: string; slope_text: string;
  delta: JsonNumber; delta_text: string; output: string;
  /** The pushed node, then those behind it. */
  pushes: {
    id: string; where: number[]; true: JsonNumber; straight: JsonNumber; gap: JsonNumber;
    true_text: string; straight_text: string; gap_text: string; true_short: string; straight_short: string;
  }[];
  sentence: BilingualText;
  effects: { id: string; index: number[]; step: JsonNumber; effect: JsonNumber; sentence: BilingualText }[];
}

/** The answer of POST /graphs/curve. */
export interface CurveAnswer { input: string; at: JsonNumber[]; values: JsonNumber[]; slopes: JsonNumber[] }
/** The answer of POST /graphs/surface: a row of the output for each of `y`. */
export interface SurfaceAnswer { x: JsonNumber[]; y: JsonNumber[]; values: JsonNumber[][] }
/** The answer of POST /graphs/differences, one entry per step size. */
export interface DifferencesAnswer {
  input: string; backprop: JsonNumber; backprop_text: string; epsilons: number[];
  forward: JsonNumber[]; central: JsonNumber[]; forward_errors: JsonNumber[]; central_errors: JsonNumber[];
  forward_texts: string[]; central_texts: string[]; forward_error_texts: string[]; central_error_texts: string[];
}

/** One element of a node's value or gradient; a scalar has an empty index. */
export interface ElementRef { id: string; of: Of; index: number[] }
/** The answer of POST /graphs/tensor. */
export interface TensorAnswer {
  id: string; of: Of; shape: number[]; values: Tensor;
  min: JsonNumber; max: JsonNumber; mean: JsonNumber; norm: JsonNumber; zeros: number; nan?: number;
  histogram: { edges: JsonNumber[]; counts: number[] };
}
/** Elements of one node that contribute to the traced element, by index. */
export interface CellLights { id: string; of: Of; cells: number[][] }
/** The answer of POST /graphs/provenance. */
export interface ProvenanceAnswer extends ElementRef {
  formula: Formula | { symbols: Formula; numbers: Formula };
  terms: { formula: Formula | { symbols: Formula; numbers: Formula }; value_text: string }[];
  count?: number;
  lights: CellLights[];
}

export interface Step {
  index: number; phase: "forward" | "backward"; node: string; edges: string[];
  title: string; sentence: string; formula: Formula | null;
}
/** The answer of POST /graphs/steps. */
export interface Steps { count: number; steps: Step[] }

export interface LocalDerivative {
  edge: string; source: string; target: string; symbols: Formula; numbers: Formula; value_text: string | null;
  /** Of a matrix product: the gradient with shapes under its factors. */
  shapes?: Formula | null;
}
/** A layer's simplified gradient of one argument, and its distance from the gradient through the inner nodes. */
export interface ClosedGradient { source: string; formula: Formula; difference: JsonNumber; difference_text: string }
export interface Branch { edge: string; target: string; grad: Value; grad_text: string | null }
export interface ChainPath { nodes: string[]; factors: string[]; formula: Formula; product_text: string }
/** The answer of POST /graphs/explain. */
export interface Explanation {
  id: string; kind: "node" | "edge" | "group" | "input"; title: string; aria: string;
  value_text: string | null; grad_text: string | null;
  /** A node's or layer's value; an edge's gradient. */
  formula: { symbols: Formula; numbers: Formula } | null;
  /** A node's or layer's gradient. */
  gradient: { symbols: Formula; numbers: Formula } | null;
  locals: LocalDerivative[]; sum: Branch[];
  paths: { items: ChainPath[]; sum_text: string | null; count: JsonNumber | null; shown: number; note?: string | null } | null;
  check: {
    backprop_text: string; numerical_text: string; absolute_text: string; relative_text: string;
    relative: JsonNumber; ok: boolean; epsilon: JsonNumber;
    /** Of a tensor: the element with the largest difference, and the number of elements checked. */
    where?: number[] | null; elements?: number;
    /** The kink that the check stands on, if it does. */
    kink?: CheckedKink | null;
    /** What keeps the two from being compared, if anything does. */
    trouble?: { kind: string; sentence: string } | null;
  } | null;
  rule: string; note: string | null;
  /** The simplification of a layer's gradient, line by line. */
  derivation: Formula[];
  closed?: ClosedGradient[];
  kinks?: ExplainedKink[];
}

export interface CheckedInput {
  id: string; ok: boolean;
  backprop_text: string; numerical_text: string; absolute_text: string; relative_text: string;
  where?: number[] | null; elements?: number;
  kink?: CheckedKink | null;
}
/** The answer of POST /graphs/gradcheck. */
export interface Gradcheck { epsilon: number | null; ok: boolean; inputs: CheckedInput[] }

/** The answer of POST /graphs/export. */
export interface Exported { format: string; filename: string; media_type: string; text: string }

/** A number that a person could have entered, or nested lists of them. */
export type Entered = number | Entered[];

/** The answer of POST /graphs/translate. */
export interface Translation {
  kind: "pytorch" | "micrograd" | "numpy" | "book" | "chainrule" | null;
  name: string; note: string | null;
  program: string; inputs: Record<string, Entered>; upstream: Entered; mistakes: string[]; conventions: string[];
  lines: { line: number; text: string; becomes: string | null; why: string | null }[];
}
