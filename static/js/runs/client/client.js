/** One run on the page: its calls, its status, its newest frame. */

import { addressOf, ApiProblem, isAbort } from "../../kit/http.js";
import { readFrame } from "./frame.js";
import { openRunSocket } from "./socket.js";

/** @typedef {import("./types.js").RunClient} RunClient */
/** @typedef {import("./types.js").RunStatus} RunStatus */
/** @typedef {import("./types.js").RunEvent} RunEvent */

/** Interval at which a run that is not current is polled, in milliseconds. */
const POLL = 1000;
const NAMES = "ABC";

/**
 * @param {RunStatus & {id: string, own: boolean}} made the server's description of the run
 * @param {0 | 1 | 2} slot
 * @param {object} around
 * @param {import("./types.js").RunSession["call"]} around.call
 * @param {() => Promise<RunStatus | null>} around.find fetches the run's status; null if there is no such run
 * @param {() => void} around.onFrame a frame has arrived; `takeFrame` reads it
 * @param {() => void} around.onStatus
 * @param {(event: RunEvent) => void} around.onEvent
 */
export function createRunClient(made, slot, { call, find, onFrame, onStatus, onEvent }) {
  const { id } = made;
  /** @type {RunStatus} */
  let status = made;
  /** @type {import("./types.js").Connection} */
  let connection = "connecting";
  /** @type {ArrayBuffer | null} the newest message, not read yet */
  let message = null;
  /** @type {import("./types.js").Frame | null} */
  let frame = null;
  let newestEvent = made.events.at(-1)?.id ?? 0;
  /** @type {ReturnType<typeof openRunSocket> | null} */
  let socket = null;
  let polling = 0;

  /** @param {RunStatus} next */
  function setStatus(next) {
    status = next;
    for (const event of next.events) {
      if (event.id <= newestEvent) continue;
      newestEvent = event.id;
      onEvent(event);
    }
    onStatus();
  }

  /** @param {typeof connection} next */
  function setConnection(next) {
    if (connection === next || connection === "gone") return;
    connection = next;
    onStatus();
  }

  /** @type {RunClient["call"]} */
  const callRun = (path, options = {}) => call(`/runs/${id}${path}`, { kind: `${options.method ?? ""} ${id} ${path.split("?")[0]}`, ...options });

  /** @param {Promise<RunStatus>} answer */
  async function withStatus(answer) {
    const next = await answer;
    setStatus(next);
    return next;
  }

  async function exists() {
    const next = await find();
    if (next) setStatus(next);
    return next !== null;
  }

  async function poll() {
    try {
      await withStatus(callRun(""));
      setConnection("open");
    } catch (error) {
      if (isAbort(error)) return;
      if (error instanceof ApiProblem && error.problem.status === 404) leave("gone");
      else setConnection("lost");
    }
  }

  /** @param {"gone" | null} [why] */
  function leave(why = null) {
    socket?.close();
    socket = null;
    clearInterval(polling);
    polling = 0;
    message = null;
    if (why) setConnection(why);
  }

  return {
    id,
    slot,
    own: made.own,
    name: /** @type {string} */ (NAMES[slot]),
    get options() {
      return status.options;
    },
    get status() {
      return status;
    },
    get connection() {
      return connection;
    },
    get frame() {
      return frame;
    },
    call: callRun,
    /** @type {RunClient["act"]} */
    act: (action, steps) => withStatus(callRun("/actions", { body: { action, ...(steps && { steps }) }, kind: `${id} act` })),
    /** @type {RunClient["patch"]} */
    patch: (changes) => withStatus(callRun("", { method: "PATCH", body: changes, kind: `${id} patch ${Object.keys(changes)}` })),
    /** @type {RunClient["predict"]} */
    predict: (body) => callRun("/predict", { body }),
    /** @type {RunClient["gradcheck"]} */
    gradcheck: () => callRun("/gradcheck", { method: "POST" }),
    /** @type {RunClient["history"]} */
    history: (after = -1) => callRun(`/history?after=${after}`),
    /** @type {RunClient["tensor"]} */
    tensor: (node, of) => callRun(`/nodes/${encodeURIComponent(node)}/${of}`),
    paramsUrl: addressOf(`/runs/${id}/params`),
    /** @type {RunClient["loadParams"]} */
    loadParams: (file) => withStatus(callRun("/params", { method: "PUT", body: file })),

    /** Receive frames from now on. */
    watch() {
      if (socket || connection === "gone") return;
      leave();
      socket = openRunSocket(id, {
        exists,
        onMessage(data) {
          message = data;
          onFrame();
        },
        onState: setConnection,
        onGone: () => leave("gone"),
      });
    },
    /** Only poll the status from now on: for a run that is not current. */
    poll() {
      if (polling || connection === "gone") return;
      leave();
      polling = window.setInterval(poll, POLL);
    },
    /** Stop all calls and frames. */
    leave,
    /** Read the newest frame; null if none has arrived since. See `draw` in session.js for why it is fetched. */
    takeFrame() {
      if (!message) return null;
      frame = readFrame(message);
      message = null;
      setStatus(frame);
      return frame;
    },
  };
}
