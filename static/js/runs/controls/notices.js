/** Notices about the current run: queued, disconnected, failed, refused, restarted. */

import { make, withCode } from "../../kit/element.js";
import { failureText } from "../../kit/http.js";

/** @typedef {import("../client/types.js").RunSession} RunSession */
/** @typedef {import("../client/types.js").RunClient} RunClient */

/** Time that a past event stays on the page, in milliseconds. */
const PASSING = 12_000;
/** Break of the connection from which it is worth a notice, in milliseconds. */
const PATIENCE = 1500;

/**
 * @param {RunSession} session
 * @param {HTMLElement} host
 * @param {object} actions actions that a notice offers
 * @param {() => void} actions.reset
 * @param {() => void} actions.slower restarts with a tenth of the learning rate
 * @param {() => void} actions.again replaces a run that is gone by a new one
 * @param {(node: string) => void} actions.goTo shows a node on the graph
 */
export function mountRunNotices(session, host, { reset, slower, again, goTo }) {
  const { t, store } = session;
  /** @type {{text: () => string, until: number} | null} */
  let passing = null;
  /** @type {string} the server's last refusal */
  let refused = "";
  let lostSince = 0;
  let timer = 0;

  /** @param {string} words @param {() => void} act */
  function button(words, act) {
    const element = make("button", { type: "button", class: "boxed" }, words);
    element.addEventListener("click", act);
    return element;
  }

  /** @returns {{kind: string, parts: (string | Node | null)[]} | null} */
  function currentNotice() {
    const run = session.current;
    const { status, connection } = run;
    const lang = store.get("lang");
    if (connection === "gone") {
      return { kind: "gone", parts: [t("This run is no longer on the server."), button(t("New run like it"), again)] };
    }
    if (connection === "lost" && performance.now() - lostSince >= PATIENCE) {
      return { kind: "lost", parts: [t("Connection lost. Reconnecting; the run itself goes on.")] };
    }
    if (status.state === "failed" && status.problem) {
      const { detail, hint: advice, node, step } = status.problem;
      const parts = [make("strong", {}, withCode(detail[lang])), advice ? make("span", {}, withCode(advice[lang])) : null];
      const buttons = node ? [button(t("Show {node}", { node }), () => goTo(node))] : [];
      if (!run.own) return { kind: "failed", parts: [...parts, ...buttons] };
      // The first step does not depend on the learning rate.
      if (node && (step ?? 0) > 1) buttons.push(button(t("A tenth of the learning rate"), slower));
      return { kind: "failed", parts: [...parts, ...buttons, button(t("Back to the initial weights"), reset)] };
    }
    if (status.state === "queued") {
      const words = t("All places on this server are taken. This run is number {n} in the queue and starts by itself.", { n: status.position ?? 1 });
      return { kind: "queued", parts: [words] };
    }
    if (refused) {
      const close = button(t("Close"), () => {
        refused = "";
        show();
      });
      return { kind: "refused", parts: [refused, close] };
    }
    if (passing && passing.until > performance.now()) return { kind: "event", parts: [passing.text()] };
    return null;
  }

  let shownKey = "";

  function show() {
    clearTimeout(timer);
    const now = currentNotice();
    const key = JSON.stringify([session.current.id, store.get("lang"), now?.kind, now?.parts.map((part) => (part instanceof Node ? part.textContent : part))]);
    if (key !== shownKey) {
      shownKey = key;
      host.hidden = now === null;
      if (now) host.setAttribute("data-kind", now.kind);
      host.replaceChildren(...(now ? [make("p", {}, now.parts)] : []));
    }
    // Events disappear after a while; a lost connection appears after a while.
    const waits = [passing && Number.isFinite(passing.until) ? passing.until - performance.now() : 0, session.current.connection === "lost" ? lostSince + PATIENCE - performance.now() : 0];
    const wait = Math.min(...waits.filter((ms) => ms > 0));
    if (Number.isFinite(wait)) timer = window.setTimeout(show, wait + 10);
  }

  session.on("status", ({ run }) => {
    if (run !== session.current) return;
    if (run.connection !== "lost") lostSince = 0;
    else lostSince ||= performance.now();
    show();
  });
  session.on("event", ({ run, event }) => {
    const several = session.runs.length > 1;
    passing = { text: () => (several ? `${run.name}: ` : "") + event.text[store.get("lang")], until: performance.now() + PASSING };
    show();
  });
  session.on("current", () => {
    refused = "";
    lostSince = 0;
    show();
  });
  store.subscribe(["lang"], show);
  host.hidden = true;

  return {
    show,
    /** Report that the link's run is gone and a new one has taken its place. */
    missing() {
      passing = { text: () => t("The run of this link is no longer on the server. This is a new one with the link's settings."), until: Infinity };
      show();
    },
    /**
     * Report a refusal of the server; an accepted call ends it.
     * @param {RunClient} run
     * @param {unknown} error null if the call was accepted
     */
    refuse(run, error) {
      if (error === null) {
        if (refused === "") return;
        refused = "";
        return show();
      }
      const why = failureText(error, t);
      refused = (session.runs.length > 1 ? `${run.name}: ` : "") + why;
      show();
    },
  };
}
