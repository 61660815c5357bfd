/** The frames of one run over a WebSocket, reconnected after every break. */

import { addressOf } from "../../kit/http.js";

/** Delays before reconnecting, in milliseconds; the last one repeats. */
const WAITS = [250, 500, 1000, 2000, 5000];
/** Close code of the server for a removed run. */
const REMOVED = 4404;

/**
 * @param {string} id of the run
 * @param {object} events
 * @param {(message: ArrayBuffer) => void} events.onMessage
 * @param {(state: "open" | "lost") => void} events.onState
 * @param {() => Promise<boolean>} events.exists whether the run still exists; called when a socket could not be opened
 * @param {() => void} events.onGone the run no longer exists; no reconnection follows
 */
export function openRunSocket(id, { onMessage, onState, exists, onGone }) {
  let attempt = 0;
  let timer = 0;
  let closed = false;
  /** @type {WebSocket | null} */
  let socket = null;

  function end() {
    closed = true;
    clearTimeout(timer);
    window.removeEventListener("online", hurry);
    document.removeEventListener("visibilitychange", hurry);
    const open = socket;
    socket = null;
    open?.close();
  }

  function gone() {
    end();
    onGone();
  }

  function connect() {
    timer = 0;
    const address = new URL(addressOf(`/runs/${id}/frames`), location.href);
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    const own = new WebSocket(address);
    socket = own;
    own.binaryType = "arraybuffer";
    let opened = false;
    own.addEventListener("open", () => {
      opened = true;
      attempt = 0;
      if (socket === own) onState("open");
    });
    own.addEventListener("message", ({ data }) => socket === own && onMessage(data));
    own.addEventListener("close", async ({ code }) => {
      if (socket !== own) return;
      socket = null;
      if (code === REMOVED) return gone();
      onState("lost");
      // A refused socket does not say why.
      if (!opened && !(await exists().catch(() => true))) return closed || gone();
      if (closed) return;
      timer = window.setTimeout(connect, WAITS[Math.min(attempt, WAITS.length - 1)]);
      attempt += 1;
    });
  }

  /** Reconnect at once: the network is back, or the page is visible again. */
  function hurry() {
    if (!timer || document.hidden) return;
    clearTimeout(timer);
    attempt = 0;
    connect();
  }

  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  connect();
  return { close: end };
}
