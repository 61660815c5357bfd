// Types of the page of runs: a run, its frames, and the session of up to three runs.

import type { Of, TensorAnswer } from "../../figure/answers.js";
import type { App, Store } from "../../figure/types.js";
import type { BilingualText, CallOptions, JsonNumber, Tensor, Translate } from "../../kit/types.js";

export type Activation = "relu" | "sigmoid" | "tanh";
export type OptimizerName = "sgd" | "momentum" | "adagrad" | "rmsprop" | "adam";

/** Options of a run. */
export interface RunOptions {
  hidden: number[];
  activation: Activation;
  init: "he" | "xavier" | number;
  optimizer: OptimizerName;
  learning_rate: number;
  batch_size: number;
  seed: number;
  dataset: string;
}
/** Changes of a run; `hidden`, `activation`, `init` and `seed` restart it at step 0. */
export type RunChanges = Partial<Omit<RunOptions, "dataset"> & { steps: number; most_speed: number }>;
/** Options of a new run; the server has defaults for the rest. */
export type RunRequest = Partial<RunOptions & { steps: number }>;
export type RunAction = "start" | "pause" | "step" | "reset";
export type RunState = "queued" | "ready" | "running" | "paused" | "finished" | "failed" | "removed";

export interface RunProblem { detail: BilingualText; hint: BilingualText | null; step: number | null; node: string | null; of: Of | null }
/** An event of a run that was not requested. */
export interface RunEvent { id: number; kind: string; step: number; at: string; text: BilingualText }

/** Status of a run, from `GET /runs/{id}` and every frame. */
export interface RunStatus {
  state: RunState;
  /** Whether the run has a worker. */
  live: boolean;
  /** Position in the queue, from 1. */
  position: number | null;
  step: number;
  steps: number;
  epoch: number;
  loss: JsonNumber | null;
  accuracy: number | null;
  test_step: number | null;
  test_accuracy: number | null;
  steps_per_second: number;
  seconds_left: number | null;
  /** Speed limit in steps per second; 0 means unlimited. */
  most_speed: number;
  options: RunOptions;
  problem: RunProblem | null;
  events: RunEvent[];
}

/** One tensor of a frame. Its levels are a view into the frame's message: copy what must last. */
export interface FrameTensor {
  name: string;
  of: Of;
  /** Rows and columns sent; the length of a vector. */
  shape: number[];
  /** Shape of the whole tensor. */
  whole: number[];
  /** An element is its level times this. */
  scale: number;
  /** Norm of the whole tensor. */
  norm: JsonNumber;
  /** −127 … 127, row by row; −128 is NaN. */
  levels: Int8Array;
}
/** A snapshot of a run. */
export interface Frame extends RunStatus {
  run: string;
  seq: number;
  /** One per layer. */
  gradient_norms: JsonNumber[];
  /** One per hidden layer. */
  dead_units: JsonNumber[];
  /** Labels of the batch. */
  labels: number[];
  tensors: FrameTensor[];
}

export interface Mark { step: number; name: string; value: unknown }
/** The curves as columns (GET …/history). */
export interface History {
  every: number;
  steps: number[];
  loss: JsonNumber[];
  accuracy: JsonNumber[];
  gradient_norms: JsonNumber[][];
  dead_units: JsonNumber[][];
  test_steps: number[];
  test_accuracy: number[];
  marks: Mark[];
}

export interface PredictAnswer {
  predicted: number;
  scores: number[];
  probabilities: number[];
  loss: JsonNumber | null;
  nodes: Record<string, { value: Tensor; grad: Tensor }>;
  gradient: { of: "loss" | "score"; label: number; pixels: number[] };
}

export interface RunLimits {
  at_once: number;
  hidden_layers: number;
  hidden_units: number;
  batch_size: number;
  steps: number;
  datasets: string[];
  learning_rates: Record<OptimizerName, number>;
}

/**
 * The image that the graph shows instead of the last batch: one of that batch, of the test set, or a drawn one. The
 * latter two pass through the net as it is now.
 */
export type ShownImage = { sample: number } | { test: number } | { pixels: number[]; label?: number };

/** State of the frames' connection: `lost` while reconnecting, `gone` if the run no longer exists. */
export type Connection = "connecting" | "open" | "lost" | "gone";

export interface RunClient {
  readonly id: string;
  /** A, B or C, by slot. */
  readonly name: string;
  /** Line style: 0 full, 1 dashed, 2 dotted. It never changes. */
  readonly slot: 0 | 1 | 2;
  readonly options: RunOptions;
  /** Whether this visitor may change it; others can only watch and copy. */
  readonly own: boolean;
  /** The newest known status. */
  readonly status: RunStatus;
  readonly connection: Connection;
  /** The newest frame, with tensors while the run has a worker; valid until the next one. */
  readonly frame: Frame | null;
  /** Any call under `/runs/{id}`; `path` starts with a slash or is empty. Throws ApiProblem. */
  call(path: string, options?: CallOptions): Promise<any>;
  act(action: RunAction, steps?: number): Promise<RunStatus>;
  patch(changes: RunChanges): Promise<RunStatus>;
  predict(body: { pixels: number[]; label?: number; score?: number }): Promise<PredictAnswer>;
  gradcheck(): Promise<any>;
  history(after?: number): Promise<History>;
  tensor(id: string, of: Of): Promise<TensorAnswer>;
  /** Download address of the parameters, an .npz file. */
  readonly paramsUrl: string;
  /** Replaces the parameters by those of a file. */
  loadParams(file: Blob): Promise<RunStatus>;
}

export interface SessionEvents {
  /** A run was added or removed. */
  runs: readonly RunClient[];
  /** Another run is current. */
  current: RunClient;
  /** A new frame of the current run; at most one per animation frame. */
  frame: { run: RunClient; frame: Frame };
  /** Status, options or connection of a run changed; also emitted with every frame and answer. */
  status: { run: RunClient; status: RunStatus };
  /** A new entry in a run's events. */
  event: { run: RunClient; event: RunEvent };
  /** The graph shows another image, or the whole batch. */
  image: ShownImage | null;
}

/** Up to three runs on one page, one of them current. */
export interface RunSession {
  readonly runs: readonly RunClient[];
  readonly current: RunClient;
  readonly limits: RunLimits;
  select(run: RunClient): void;
  /** Makes a run and selects it. Rejects with an ApiProblem on refusal, also when there are three already. */
  add(options?: RunRequest): Promise<RunClient>;
  /** Closes a run on this page; it stays on the server. The last one stays here too. */
  close(run: RunClient): void;
  /** Replaces another person's run on this page by a copy of this visitor's own. Rejects with an ApiProblem. */
  copy(run: RunClient): Promise<RunClient>;
  /** The image that the graph shows; null for the whole batch. A drawn image stays when another run is selected. */
  readonly image: ShownImage | null;
  /** Shows one image on the graph, or the whole batch for null. */
  showImage(image: ShownImage | null): void;
  on<K extends keyof SessionEvents>(event: K, fn: (data: SessionEvents[K]) => void): () => void;
  /** The page's store, translator and screen reader announcements. */
  readonly store: Store;
  readonly t: Translate;
  announce(text: string): void;
  /** The graph of the current run. */
  readonly figure: App;
  /** A call outside any run; `path` is below /api/v1. */
  call(path: string, options?: CallOptions): Promise<any>;
}

/** Mounts a part of the page in an element; the part follows the session. */
export type MountPart = (session: RunSession, host: HTMLElement) => void;
