// What the server answers to the panels: steps, explanations, checks, exports.

import type { Formula, Number_, Value } from "../types.js";

export interface Step {
  index: number; phase: "forward" | "backward"; node: string; edges: string[];
  title: string; sentence: string; formula: Formula | null;
}
/** The answer of POST /graphs/steps. */
export interface Steps { count: number; steps: Step[] }

export interface LocalDerivative {
  edge: string; source: string; target: string; symbols: Formula; numbers: Formula; value_text: string | null;
  /** Of a matrix product: the gradient with the shapes under its factors. */
  shapes?: Formula | null;
}
/** A layer's simplified gradient of one argument beside the way through the nodes inside. */
export interface ClosedGradient { source: string; formula: Formula; difference: Number_; difference_text: string }
export interface Branch { edge: string; target: string; grad: Value; grad_text: string | null }
export interface ChainPath { nodes: string[]; factors: string[]; formula: Formula; product_text: string }
/** The answer of POST /graphs/explain. */
export interface Explanation {
  id: string; kind: "node" | "edge" | "group" | "input"; title: string; aria: string;
  value_text: string | null; grad_text: string | null;
  /** Of a node or a layer its value, of an edge the gradient it brings back. */
  formula: { symbols: Formula; numbers: Formula } | null;
  /** Of a node or a layer its gradient. */
  gradient: { symbols: Formula; numbers: Formula } | null;
  locals: LocalDerivative[]; sum: Branch[];
  paths: { items: ChainPath[]; sum_text: string | null; count: Number_ | null; shown: number; note?: string | null } | null;
  check: {
    backprop_text: string; numerical_text: string; absolute_text: string; relative_text: string;
    relative: Number_; ok: boolean; epsilon: Number_;
    /** Of a tensor the element that agrees worst, and how many were checked. */
    where?: number[] | null; elements?: number;
  } | null;
  rule: string; note: string | null;
  /** How a layer's gradient is simplified, line by line. */
  derivation: Formula[];
  closed?: ClosedGradient[];
}

export interface CheckedInput {
  id: string; ok: boolean;
  backprop_text: string; numerical_text: string; absolute_text: string; relative_text: string;
  where?: number[] | null; elements?: number;
}
/** The answer of POST /graphs/gradcheck. */
export interface Gradcheck { epsilon: number | null; ok: boolean; inputs: CheckedInput[] }

/** The answer of POST /graphs/export. */
export interface Exported { format: string; filename: string; media_type: string; text: string }
