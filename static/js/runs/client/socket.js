/** The frames of one run over a WebSocket: opened again after every break, the newest message kept alone. */

import { addressOf } from "../../kit/http.js";

/** Waits before it tries again, in milliseconds; the last one for all further attempts. */
const WAITS = [250, 500, 1000, 2000, 5000];
/** With this code the server closes when the run was removed. */
const REMOVED = 4404;

/**
 * @param {string} id of the run
 * @param {object} events
 * @param {(message: ArrayBuffer) => void} events.onMessage
 * @param {(state: "open" | "lost") => void} events.onState
 * @param {() => Promise<boolean>} events.exists whether the run is still there, asked when a socket could not be opened
 * @param {() => void} events.onGone there is no such run any more; nothing is tried again
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
      // A socket that is refused says nothing about why.
      if (!opened && !(await exists().catch(() => true))) return closed || gone();
      if (closed) return;
      timer = window.setTimeout(connect, WAITS[Math.min(attempt, WAITS.length - 1)]);
      attempt += 1;
    });
  }

  /** Back on the network, or looked at again: there is no sense in waiting. */
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
