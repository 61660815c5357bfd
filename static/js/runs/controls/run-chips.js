/** The runs of the page: select one, add one to compare, close one. */

import { icon, make } from "../../kit/element.js";
import { placeBeneath } from "../../kit/menu-place.js";
import { MOST_RUNS } from "../client/session.js";
import { optionsText, percentText, STATES } from "../client/words.js";
import { lineSample } from "../curves/end-labels.js";
import { DIFFERENCES, EXPERIMENTS, isSame, varied } from "./presets.js";

/** @typedef {import("../client/types.js").RunClient} RunClient */
/** @typedef {import("../client/types.js").RunRequest} RunRequest */

const CLOSE = "M5 5l10 10 M15 5 5 15";
const PLUS = "M10 4v12 M4 10h12";
/** Interval at which the chips are updated, in milliseconds. */
const READABLE = 500;

/**
 * @param {ReturnType<typeof import("../client/session.js").createRunSession>} session
 * @param {HTMLElement} host
 * @param {ReturnType<typeof import("./actions.js").createRunActions>} actions
 */
export function mountRunChips(session, host, actions) {
  const { t, store } = session;
  const list = make("div", { class: "chips", role: "group" });
  const words = make("span");
  const open = make("button", { type: "button", class: "boxed", id: "compare-button", popovertarget: "compare-menu" }, icon(PLUS), words);
  const menu = make("div", { class: "menu compare-menu", id: "compare-menu", popover: true });
  host.append(list, open, menu);

  /** @param {RunClient} run */
  function chip(run) {
    const on = run === session.current;
    const choose = make(
      "button",
      { type: "button", class: "chip-choose", "aria-pressed": String(on), "data-run": run.id },
      lineSample(run.slot, session.runs.length > 1 ? run.slot : null),
      make("strong", {}, run.name),
      make("span", { class: "chip-options" }, optionsText(run.options, t)),
      make("span", { class: "chip-state" }),
    );
    if (session.runs.length === 1) return make("div", { class: "chip" }, choose);
    const label = t("Close run {name}", { name: run.name });
    return make("div", { class: "chip" }, choose, make("button", { type: "button", class: "chip-close", "data-close": run.id, "aria-label": label, title: label }, icon(CLOSE)));
  }

  let built = "";

  function show() {
    const key = JSON.stringify([store.get("lang"), session.current.id, session.runs.map(({ id, options }) => [id, options])]);
    if (key !== built) {
      built = key;
      const focused = list.contains(document.activeElement);
      list.replaceChildren(...session.runs.map(chip));
      list.setAttribute("aria-label", t("Runs on this page"));
      words.textContent = t("Compare");
      open.disabled = false;
      if (focused) /** @type {HTMLElement | null} */ (list.querySelector('[aria-pressed="true"]'))?.focus();
    }
    for (const run of session.runs) {
      const state = list.querySelector(`[data-run="${run.id}"] .chip-state`);
      const text = run.connection === "gone" ? t(STATES.removed) : run.status.test_accuracy !== null ? percentText(run.status.test_accuracy) : t(STATES[run.status.state]);
      if (state && state.textContent !== text) state.textContent = text;
    }
  }

  function buildMenu() {
    const { options } = session.current;
    const full = session.runs.length >= MOST_RUNS;
    menu.replaceChildren(
      make("h2", {}, t("Compare run {name} with one that differs only in", { name: session.current.name })),
      full ? make("p", { class: "muted" }, t("There are three runs already: close one first.")) : "",
      make(
        "dl",
        { class: "differences" },
        DIFFERENCES.map(({ title, variants }, i) =>
          make(
            "div",
            {},
            make("dt", {}, t(title)),
            make(
              "dd",
              {},
              variants(options).map(({ name, change }, k) =>
                make("button", { type: "button", class: "boxed", "data-difference": `${i} ${k}`, disabled: full || isSame(options, change) }, t(name)),
              ),
            ),
          ),
        ),
      ),
      make("h2", {}, t("Or an experiment that replaces all runs here")),
      make(
        "div",
        { class: "experiments" },
        EXPERIMENTS.map(({ title, says }, k) =>
          make("button", { type: "button", class: "example", "data-experiment": k }, make("strong", {}, t(title)), make("span", {}, t(says))),
        ),
      ),
    );
  }

  /** @param {RunRequest} request */
  async function beside(request) {
    const going = session.current.status.state === "running";
    const run = await session.add(request);
    if (going) await run.act("start");
  }

  let busy = false;
  menu.addEventListener("toggle", () => menu.matches(":popover-open") && buildMenu());
  placeBeneath(menu, open);
  menu.addEventListener("click", async ({ target }) => {
    const button = target instanceof Element ? target.closest("button") : null;
    if (!button || busy) return;
    busy = true;
    const { difference, experiment: which } = button.dataset;
    menu.hidePopover();
    open.focus();
    await actions.attempt(session.current, async () => {
      if (difference) {
        const [i, k] = difference.split(" ").map(Number);
        const { options } = session.current;
        const variant = DIFFERENCES[Number(i)]?.variants(options)[Number(k)];
        if (variant) await beside(varied(options, variant.change));
      } else if (which) {
        const { seed, dataset } = session.current.options;
        const [first, ...more] = (EXPERIMENTS[Number(which)]?.runs ?? []).map((run) => ({ ...run, seed, dataset }));
        if (first) await session.replace(session.runs, [first, ...more]);
      }
    });
    busy = false;
  });
  list.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    const id = target.closest("[data-run]")?.getAttribute("data-run");
    const closed = target.closest("[data-close]")?.getAttribute("data-close");
    const run = session.runs.find((one) => one.id === (id ?? closed));
    if (run && id) session.select(run);
    else if (run) {
      session.close(run);
      /** @type {HTMLElement | null} */ (list.querySelector('[aria-pressed="true"]'))?.focus();
    }
  });

  let shownAt = -Infinity;
  let later = 0;
  session.on("status", () => {
    const wait = shownAt + READABLE - performance.now();
    if (wait > 0) {
      later ||= window.setTimeout(() => ((later = 0), (shownAt = performance.now()), show()), wait);
      return;
    }
    shownAt = performance.now();
    show();
  });
  session.on("runs", show);
  session.on("current", show);
  store.subscribe(["lang"], show);
  show();
}
