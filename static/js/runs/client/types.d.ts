// The shapes that the parts of the page of runs share: a run, its frames, and the session that holds up to three.

import type { Of, TensorAnswer } from "../../figure/answers.js";
import type { App, Store } from "../../figure/types.js";
import type { BilingualText, CallOptions, JsonNumber, Tensor, Translate } from "../../kit/types.js";

export type Activation = "relu" | "sigmoid" | "tanh";
export type OptimizerName = "sgd" | "momentum" | "adagrad" | "rmsprop" | "adam";

/** What makes a run. */
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
/** What can be changed; `hidden`, `activation`, `init` and `seed` begin again at step 0. */
export type RunChanges = Partial<Omit<RunOptions, "dataset"> & { steps: number; most_speed: number }>;
/** What is asked for when a run is made: what is left out is as the server has it. */
export type RunRequest = Partial<RunOptions & { steps: number }>;
export type RunAction = "start" | "pause" | "step" | "reset";
export type RunState = "queued" | "ready" | "running" | "paused" | "finished" | "failed" | "removed";

export interface RunProblem { detail: BilingualText; hint: BilingualText | null; step: number | null; node: string | null; of: Of | null }
/** Something that happened to a run without being asked for. */
export interface RunEvent { id: number; kind: string; step: number; at: string; text: BilingualText }

/** Where a run stands, as `GET /runs/{id}` and every frame tell it. */
export interface RunStatus {
  state: RunState;
  /** Whether the run has a worker now. */
  live: boolean;
  /** Its place in the queue, from 1. */
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
  /** Most steps a second, to watch each; 0 for as many as it can. */
  most_speed: number;
  options: RunOptions;
  problem: RunProblem | null;
  events: RunEvent[];
}

/** One tensor of a frame. Its levels lie in the message of the frame: copy what is to be kept. */
export interface FrameTensor {
  name: string;
  of: Of;
  /** Rows and columns that are sent; of a vector its length. */
  shape: number[];
  /** The tensor's own shape. */
  whole: number[];
  /** An element is its level times this. */
  scale: number;
  /** Of the whole tensor. */
  norm: JsonNumber;
  /** −127 … 127 row by row; −128 is NaN. */
  levels: Int8Array;
}
/** What a run shows at one moment. */
export interface Frame extends RunStatus {
  run: string;
  seq: number;
  /** One a layer. */
  gradient_norms: JsonNumber[];
  /** One a hidden layer. */
  dead_units: JsonNumber[];
  /** Of the batch. */
  labels: number[];
  tensors: FrameTensor[];
}

export interface Mark { step: number; name: string; value: unknown }
/** The curves, in columns (GET …/history). */
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
 * Which image the graph shows instead of the whole batch seen last: one of that batch, one of the test set, or a drawn one.
 * The latter two go through the net as it is now.
 */
export type ShownImage = { sample: number } | { test: number } | { pixels: number[]; label?: number };

/** Whether frames come: `lost` while it tries again, `gone` when there is no such run any more. */
export type Connection = "connecting" | "open" | "lost" | "gone";

export interface RunClient {
  readonly id: string;
  /** A, B or C: what the run is called on this page. Its place among the runs follows: 0, 1, 2. */
  readonly name: string;
  /** Tells the runs apart where they are drawn together: 0 a full line, 1 dashes, 2 dots. It stays the run's own. */
  readonly slot: 0 | 1 | 2;
  readonly options: RunOptions;
  /** The newest that is known. */
  readonly status: RunStatus;
  readonly connection: Connection;
  /** The newest frame, with tensors while the run has a worker; valid until the next one comes. */
  readonly frame: Frame | null;
  /** Any call under `/runs/{id}`: `path` begins with a slash, or is empty. A problem becomes an ApiProblem. */
  call(path: string, options?: CallOptions): Promise<any>;
  act(action: RunAction, steps?: number): Promise<RunStatus>;
  patch(changes: RunChanges): Promise<RunStatus>;
  predict(body: { pixels: number[]; label?: number; score?: number }): Promise<PredictAnswer>;
  gradcheck(): Promise<any>;
  history(after?: number): Promise<History>;
  tensor(id: string, of: Of): Promise<TensorAnswer>;
  /** Where the parameters are downloaded as .npz. */
  readonly paramsUrl: string;
  /** Other parameters, from a file. */
  loadParams(file: Blob): Promise<RunStatus>;
}

export interface SessionEvents {
  /** A run was added or removed. */
  runs: readonly RunClient[];
  /** Another run is looked at. */
  current: RunClient;
  /** A frame has come; at most one a run is told before each drawing of the screen, the newest. */
  frame: { run: RunClient; frame: Frame };
  /** State, options, progress or connection of a run changed; told with every frame and every answer too. */
  status: { run: RunClient; status: RunStatus };
  /** Something happened to a run: a new entry of its events. */
  event: { run: RunClient; event: RunEvent };
  /** The graph shows something else. */
  image: ShownImage | null;
}

/** Up to three runs on one page, of which one is looked at. */
export interface RunSession {
  readonly runs: readonly RunClient[];
  readonly current: RunClient;
  readonly limits: RunLimits;
  select(run: RunClient): void;
  /** Makes a run and looks at it. Rejects with an ApiProblem where the server refuses it, and when three are there. */
  add(options?: RunRequest): Promise<RunClient>;
  /** Ends a run, on the server too. The last one stays. */
  remove(run: RunClient): Promise<void>;
  /** What the graph shows; null is the whole batch. A drawn image stays when another run is looked at. */
  readonly image: ShownImage | null;
  /** Shows one image on the graph, or the whole batch again. */
  showImage(image: ShownImage | null): void;
  on<K extends keyof SessionEvents>(event: K, fn: (data: SessionEvents[K]) => void): () => void;
  /** The page's language and theme (`store`), its translator, and what is read out to a screen reader. */
  readonly store: Store;
  readonly t: Translate;
  announce(text: string): void;
  /** The graph of the run that is looked at. */
  readonly figure: App;
  /** A call that belongs to no run; `path` begins under /api/v1. */
  call(path: string, options?: CallOptions): Promise<any>;
}

/** A part of the page: it fills the element it is given, and follows the session. */
export type MountPart = (session: RunSession, host: HTMLElement) => void;
