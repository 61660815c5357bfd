// The data of a saved page, as app/captures/page.py writes it.

/** A tensor in the inspector: its texts, its heat map and its histogram. */
export interface ShownTensor {
  way: "value" | "grad";
  label: string;
  rows: [string, string][];
  /** Index of its heat map among the images. */
  image?: number | null;
  pixels?: [number, number];
  /** Elements as texts, of a small matrix. */
  cells?: string[][] | null;
  histogram?: { low: string; high: string; counts: number[] } | null;
}

/** What the inspector says of one part. */
export interface Part {
  title: string;
  sub?: string;
  rows?: [string, string][];
  code?: { place: string; text: string } | null;
  tensors?: ShownTensor[];
  /** What each edge brings back: the reader's id, the text, a share of the largest from 0 to 1. */
  sums?: { title: string; rows: [string, string, number][] } | null;
  /** MathML. */
  formulas?: string[];
  notes?: string[];
}

/** A finding: sentences, with parts to go to, or a curve over depth. */
export interface Finding {
  title: string;
  /** Whether something is wrong. */
  wrong: boolean;
  lines: { text: string; id?: string | null }[];
  curve?: { id: string; label: string; gradient: number | null; value: number | null }[];
}

export interface View {
  open: string[];
  /** How it runs: in lines or down; empty if there is one form only. */
  form: string;
  svg: string;
}

export interface Data {
  lang: "en" | "ko";
  title: string;
  sub: string;
  views: View[];
  images: string[];
  groups: { id: string; parent: string | null; row?: boolean }[];
  /** All nodes in order, with their innermost group. */
  nodes: { id: string; group: string | null; label: string }[];
  /** Edges on which a gradient comes back: places of source and target among the nodes, and the size of the gradient. */
  edges: [number, number, number | null][];
  loss: number | null;
  parts: Record<string, Part>;
  findings: Finding[];
  texts: Record<string, string>;
  /** Whether any view can be asked for where the page comes from; not so in a file. */
  live: boolean;
}
