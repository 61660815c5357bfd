/** The gradient check of a run: backpropagation against numerical gradients, for every parameter. */

import { make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { numberText } from "../../kit/number-text.js";
import { createPlot } from "../../kit/plot.js";
import { failingPoints, largest, scatterOf, worstOf } from "./gradcheck-facts.js";

/** @typedef {import("./gradcheck-facts.js").GradcheckAnswer} GradcheckAnswer */
/** @typedef {import("../../kit/types.js").JsonNumber} JsonNumber */

const WORST = 20;
/** Relative difference up to which two numbers agree, whatever their size (core/gradcheck/gradcheck.py). */
const GOOD = 1e-5;

/** Format an error with two digits. @param {JsonNumber} value */
const errorText = (value) => numberText(Number(Number(value).toPrecision(2)));
/** @param {JsonNumber} value */
const text = (value) => numberText(Number(value));

/** @type {import("../client/types.js").MountPart} */
export function mount(session, host) {
  const { t, store, announce } = session;
  /** @type {GradcheckAnswer | null} */
  let answer = null;
  /** The parameter shown; null for all. @type {string | null} */
  let chosen = null;
  let log = false;
  let busy = false;
  let waited = 0;

  const about = make("p", { class: "about" });
  const button = make("button", { type: "button", class: "boxed strong" });
  const error = make("p", { class: "problem", role: "alert", hidden: true });
  const verdict = make("p", { class: "check-verdict", role: "status" });
  const facts = make("p", { class: "muted small" });
  const scales = /** @type {const} */ (["linear", "log"]).map((name) => {
    const choice = make("button", { type: "button", role: "radio", "data-scale": name });
    choice.addEventListener("click", () => {
      log = name === "log";
      show();
    });
    return choice;
  });
  const scaleChoice = make("div", { class: "choices", role: "radiogroup" }, ...scales);
  const layers = make("tbody");
  const layersHead = make("tr");
  const layersTable = make("table", { class: "sums layers-checked" }, make("caption", { class: "visually-hidden" }), make("thead", {}, layersHead), layers);
  const layersNote = make("p", { class: "muted small" });
  const place = make("div", { class: "plot-place" });
  const plotNote = make("p", { class: "muted small" });
  const worstHead = make("tr");
  const worst = make("tbody");
  const worstTitle = make("h3");
  const [layersTitle, plotTitle] = [make("h3"), make("h3")];
  const goodTitle = make("h3");
  const good = make("div", { class: "what-is-good" });
  const results = make(
    "div",
    { class: "check-results", hidden: true },
    make("div", { class: "check-head" }, verdict, facts),
    make("section", { class: "by-layer" }, layersTitle, make("div", { class: "wide" }, layersTable), layersNote),
    make("section", { class: "scatter" }, make("header", {}, plotTitle, scaleChoice), place, plotNote),
    make("section", { class: "goodness" }, goodTitle, good),
    make("section", { class: "offenders" }, worstTitle, make("div", { class: "wide", tabindex: 0 }, make("table", { class: "sums worst" }, make("thead", {}, worstHead), worst))),
  );
  host.classList.add("check");
  host.append(make("div", { class: "check-begin" }, about, button), error, results);

  const plot = createPlot(
    place,
    () => {
      if (!answer) return null;
      const { points, domain, left } = scatterOf(answer, chosen, log);
      plotNote.textContent = left > 0 ? t("{n} points that are 0 or not finite are not shown.", { n: left }) : "";
      const axis = (/** @type {string} */ label) => ({ domain, log, label, ...(log ? {} : { text: errorText }) });
      return {
        x: axis(t("numerical")),
        y: axis(t("by backpropagation")),
        description: t("Scatter plot of {n} gradients, numerical against backpropagation; on the diagonal both agree.", { n: points.length }),
        draw(pen) {
          if (!answer) return;
          pen.line("guide", [{ x: domain[0], y: domain[0] }, { x: domain[1], y: domain[1] }]);
          pen.dots("backward", points);
          pen.dots("failing", failingPoints(answer, chosen, log));
        },
      };
    },
    { ratio: 1 },
  );

  async function check() {
    if (busy) return;
    const run = session.current;
    busy = true;
    show();
    const begun = performance.now();
    try {
      const made = await run.gradcheck();
      waited = (performance.now() - begun) / 1000;
      if (run !== session.current) return;
      answer = made;
      chosen = null;
      error.hidden = true;
    } catch (problem) {
      if (isAbort(problem)) return;
      error.textContent = /** @type {Error} */ (problem).message;
      error.hidden = false;
    } finally {
      busy = false;
      show();
    }
    announce(verdict.textContent ?? "");
  }

  /**
   * @param {string | null} id
   * @param {Pick<import("./gradcheck-facts.js").CheckedParameter, "count" | "of" | "failing" | "absolute" | "relative" | "worst">} parameter
   */
  function layerRow(id, { count, of, failing, absolute, relative, worst }) {
    const numbers = (count < of ? [count, of] : [count]).map((n) => n.toLocaleString("en-US"));
    const pick = make("button", { type: "button", class: "link", "aria-pressed": String(chosen === id), "data-parameter": id ?? "all" }, id ?? t("all"));
    pick.addEventListener("click", () => {
      chosen = id;
      show();
      // The rows are new elements.
      const again = layers.querySelector(`[data-parameter="${id ?? "all"}"]`);
      if (again instanceof HTMLElement) again.focus();
    });
    return make(
      "tr",
      { class: chosen === id ? "chosen" : "" },
      make("th", { scope: "row" }, pick),
      make("td", {}, numbers.join(" / ")),
      make("td", { class: failing > 0 ? "failing" : "" }, failing > 0 ? t("{n} do not", { n: failing.toLocaleString("en-US") }) : t("yes")),
      make("td", {}, errorText(absolute)),
      make("td", {}, errorText(relative)),
      make("td", { class: failing > 0 ? "failing" : "" }, shareText(largest(worst.map(({ excess }) => excess)))),
    );
  }

  function showResults() {
    if (!answer) return;
    const { parameters, count, ok, images, step } = answer;
    const failing = parameters.reduce((sum, parameter) => sum + parameter.failing, 0);
    const whole = (/** @type {number} */ n) => n.toLocaleString("en-US");
    const there = parameters.reduce((sum, parameter) => sum + parameter.of, 0);
    verdict.textContent = !ok
      ? t("{k} of {n} parameters do not agree.", { k: whole(failing), n: whole(count) })
      : count === there
        ? t("All {n} parameters agree.", { n: whole(count) })
        : t("{n} of the {all} parameters of this large net were checked, and all of them agree.", { n: whole(count), all: whole(there) });
    verdict.classList.toggle("failing", !ok);
    facts.textContent = t("At step {step}, on {images} images of the batch: {seconds} s of computing, {waited} s in all.", {
      step: whole(step),
      images,
      seconds: answer.seconds.toFixed(2),
      waited: waited.toFixed(2),
    });
    const all = {
      count,
      of: there,
      failing,
      absolute: largest(parameters.map(({ absolute }) => absolute)),
      relative: largest(parameters.map(({ relative }) => relative)),
      worst: parameters.flatMap(({ worst }) => worst),
    };
    layersTitle.textContent = t("By layer");
    layersHead.replaceChildren(
      ...[t("parameter"), t("numbers"), t("agree"), t("largest difference"), t("largest relative"), t("of what is allowed")].map((head) => make("th", { scope: "col" }, head)),
    );
    layersNote.textContent = ok && Number(all.relative) > GOOD ? t("A relative difference above {good} belongs to a gradient close to 0, where rounding alone causes as much.", { good: numberText(GOOD) }) : "";
    layers.replaceChildren(layerRow(null, all), ...parameters.map((parameter) => layerRow(parameter.id, parameter)));

    plotTitle.textContent = chosen === null ? t("All parameters") : chosen;
    scales.forEach((choice) => {
      const on = (choice.dataset.scale === "log") === log;
      choice.setAttribute("aria-checked", String(on));
      choice.tabIndex = on ? 0 : -1;
      choice.textContent = choice.dataset.scale === "log" ? t("absolute, log scale") : t("linear");
    });
    scaleChoice.setAttribute("aria-label", t("Axes"));
    plot.update();

    worstTitle.textContent = t("Largest differences");
    worstHead.replaceChildren(
      ...[t("element"), t("backpropagation"), t("numerical"), t("difference"), t("relative"), t("of what is allowed")].map((head) => make("th", { scope: "col" }, head)),
    );
    worst.replaceChildren(
      ...worstOf(answer, chosen, WORST).map(({ id, index, backprop, numerical, absolute, relative, excess }) =>
        make(
          "tr",
          {},
          make("th", { scope: "row" }, make("code", {}, `${id}[${index.join(", ")}]`)),
          make("td", { class: "backward" }, text(backprop)),
          make("td", {}, text(numerical)),
          make("td", {}, errorText(absolute)),
          make("td", {}, errorText(relative)),
          make("td", { class: Number(excess) <= 1 ? "" : "failing" }, shareText(excess)),
        ),
      ),
    );
  }

  function show() {
    about.textContent = t("Every parameter is moved a little up and a little down, and the loss is computed again. The slope between must equal the gradient from backpropagation.");
    button.textContent = busy ? t("Checking…") : t("Check the gradients now");
    button.setAttribute("aria-disabled", String(busy));
    results.hidden = !answer;
    showResults();
    goodTitle.textContent = t("How close is close enough?");
    good.replaceChildren(
      ...[
        t("In double precision a relative difference of 1e-7 or less is as good as equal: the rest is rounding. Here, up to 1e-5 counts as agreement."),
        t("A gradient close to 0 may have a larger relative difference, because the rounding error of a finite difference does not shrink with it. Each element is therefore allowed what rounding can cause; the last column says how much of that it used."),
        t("At the kink of ReLU the numerical slope averages both sides and may rightly differ. If many elements differ by a factor or a sign, a backward rule is wrong."),
      ].map((words) => make("p", {}, words)),
    );
  }

  button.addEventListener("click", () => void check());
  session.on("current", () => {
    answer = null;
    error.hidden = true;
    show();
  });
  store.subscribe(["lang"], show);
  show();
}

/** 0.12 becomes 12%, 3.4 becomes 3.4×. @param {JsonNumber} share */
function shareText(share) {
  const value = Number(share);
  const rounded = (/** @type {number} */ number) => numberText(Number(number.toPrecision(2)));
  return Number.isFinite(value) && value <= 1 ? `${rounded(100 * value)}%` : `${rounded(value)}×`;
}
