/** The part "Draw a digit": the image, its prediction, and the gradient back at its pixels. */

import { icon, make } from "../../kit/element.js";
import { isAbort } from "../../kit/http.js";
import { oneAtATime } from "../../kit/one-at-a-time.js";
import { colourOf, onColourChange } from "../../kit/page-colours.js";
import { createImageInGraph } from "./image-in-graph.js";
import { SIDE } from "./ink.js";
import { createDigitLayers } from "./layers.js";
import { normalized } from "./normalize.js";
import { createDigitPad } from "./pad.js";
import { createDigitPictures } from "./pictures.js";
import { createProbabilityBars, probabilityText } from "./probability-bars.js";
import { sharedImage } from "./shared-image.js";
import { createTestCalls } from "./test-calls.js";

/** @typedef {import("./shared-image.js").DigitImage} DigitImage */
/** @typedef {import("../../kit/diverging-scale.js").Rgb} Rgb */
/** @typedef {import("../client/types.js").PredictAnswer} PredictAnswer */
/** @typedef {import("../client/types.js").RunClient} RunClient */

/** Interval at which an image is predicted again during training, in milliseconds. */
const AGAIN = 250;
const CLASSES = 10;
const EARLIER = "m12 5-5 5 5 5";
const LATER = "m8 5 5 5-5 5";

/** @type {import("../client/types.js").MountPart} */
export function mount(session, host) {
  const { t, store, announce } = session;
  const shared = sharedImage(session);
  const calls = createTestCalls(session);
  /** @type {"loss" | "score"} */
  let kind = "loss";
  /**
   * The digit chosen for the gradient; null for a test image's label, else for the predicted digit.
   * @type {number | null}
   */
  let chosen = null;
  /** @type {PredictAnswer | null} */
  let answer = null;
  let answeredStep = 0;
  /** The page's colours, read once: reading styles the whole page. @type {{paper: Rgb, ink: Rgb} | null} */
  let colours = null;
  /** The image last announced. @type {DigitImage | null} */
  let said = null;

  const pad = createDigitPad(session, { onDraw: drawn });
  const pictures = createDigitPictures(session);
  const layers = createDigitLayers(session);
  const bars = createProbabilityBars(t, (digit) => {
    chosen = digit;
    show();
    ask();
    toGraph.follow();
  });

  const [drawTitle, seesTitle, saysTitle, backTitle, throughTitle] = [make("h3"), make("h3"), make("h3"), make("h3"), make("h3")];
  const random = make("button", { type: "button", class: "boxed" });
  const earlier = make("button", { type: "button", class: "boxed", "data-walk": "earlier" }, icon(EARLIER));
  const later = make("button", { type: "button", class: "boxed", "data-walk": "later" }, icon(LATER));
  const source = make("p", { class: "source muted" });
  const kinds = /** @type {const} */ (["loss", "score"]).map((name) => {
    const button = make("button", { type: "button", role: "radio", "data-gradient": name });
    button.addEventListener("click", () => {
      kind = name;
      show();
      ask();
    });
    return button;
  });
  const kindChoice = make("div", { class: "choices", role: "radiogroup" }, ...kinds);
  const [meaning, seesHow] = [make("p", { class: "meaning" }), make("p", { class: "meaning" })];
  const asPredicted = make("button", { type: "button", class: "link" });
  const says = make("p", { class: "says" });
  const toGraph = createImageInGraph(session, () => shared.current && { image: shared.current, label: chosen });
  const error = make("p", { class: "problem", role: "alert", hidden: true });
  const through = make("section", { class: "through" }, make("header", {}, throughTitle, layers.readout), layers.element);

  host.classList.add("digit");
  host.append(
    make(
      "div",
      { class: "digit-columns" },
      make("section", { class: "draws" }, drawTitle, pad.sheet, make("div", { class: "row" }, ...pad.tools), make("div", { class: "row" }, random, earlier, later), source, pad.keys),
      make("section", { class: "sees" }, seesTitle, pictures.seen.square, pictures.seen.readout, seesHow),
      make("section", { class: "answers" }, saysTitle, bars.element, says, toGraph.element),
      make("section", { class: "back" }, backTitle, pictures.back.square, pictures.legend, pictures.back.readout, kindChoice, meaning, asPredicted),
    ),
    error,
    through,
  );

  const one = oneAtATime(
    (/** @type {{run: RunClient, image: DigitImage, body: Parameters<RunClient["predict"]>[0]}} */ { run, body }) => run.predict(body),
    (next, { run, image }) => {
      if (run !== session.current) return;
      answer = next;
      answeredStep = run.status.step;
      error.hidden = true;
      show();
      announceAnswer(image);
      // The predicted digit is known only now: fetch the gradient of its score.
      if (kind === "score" && digitOf() !== next.gradient.label) ask();
    },
    (problem) => {
      if (isAbort(problem)) return;
      error.textContent = /** @type {Error} */ (problem).message;
      error.hidden = false;
    },
  );

  /** @param {{levels: Float32Array, empty: boolean}} ink @param {boolean} settled */
  function drawn({ levels, empty }, settled) {
    const pixels = empty ? null : normalized(levels, SIDE, SIDE);
    if (!pixels || shared.current?.test) chosen = null;
    shared.show(pixels && { pixels: Array.from(pixels), test: null, settled });
  }

  /** The digit whose gradient is shown. */
  const digitOf = () => chosen ?? shared.current?.test?.label ?? answer?.predicted ?? null;

  function ask() {
    const image = shared.current;
    if (!image) return;
    const digit = chosen ?? image.test?.label;
    // A score must name a digit; before the first answer the predicted one is unknown.
    const target = kind === "loss" ? { label: digit } : { score: digit ?? answer?.predicted ?? 0 };
    void one.ask({ run: session.current, image, body: { pixels: image.pixels, ...target } });
  }

  /** @param {DigitImage} image */
  function announceAnswer(image) {
    if (!answer || !image.settled || said === image) return;
    said = image;
    announce(t("The net says {digit}, with probability {p}.", { digit: answer.predicted, p: probabilityText(Number(answer.probabilities[answer.predicted])) }));
  }

  function show() {
    const image = shared.current;
    if (!image) answer = null;
    const shown = answer;
    const digit = digitOf();
    const canvas = pictures.seen.picture.element;
    colours ??= { paper: colourOf(canvas, "backgroundColor"), ink: colourOf(canvas, "color") };
    pictures.show(image && image.pixels, shown && shown.gradient.pixels.map(Number), colours);
    bars.show(shown, digit, shown?.probabilities.length ?? CLASSES);
    through.hidden = !shown;
    if (shown) layers.show(shown, session.current.options, colours.paper);
    host.classList.toggle("empty", !image);

    drawTitle.textContent = image?.test ? t("Test image {index}, label {label}", image.test) : t("Your drawing");
    seesTitle.textContent = t("What the net sees");
    // Keep a size on one line.
    seesHow.textContent = t("28 × 28 pixels: fitted into 20 × 20, its centre of mass in the middle, as in MNIST.").replaceAll(" × ", "\u00a0×\u00a0");
    saysTitle.textContent = shown ? t("It says {digit}", { digit: shown.predicted }) : t("What it says");
    backTitle.textContent = t("Back to the pixels");
    throughTitle.textContent = t("Through the net");
    says.textContent = shown ? verdict(shown, image) : image ? t("Loading…") : t("Draw a digit, or take a test image: the probabilities follow every stroke.");

    kinds.forEach((button) => {
      const on = button.dataset.gradient === kind;
      button.setAttribute("aria-checked", String(on));
      button.tabIndex = on ? 0 : -1;
      button.textContent = button.dataset.gradient === "loss" ? t("of the loss") : t("of the score");
    });
    kindChoice.setAttribute("aria-label", t("Gradient"));
    meaning.textContent = !shown
      ? t("For each pixel: what more ink there would change.")
      : shown.gradient.of === "loss"
        ? t("If {digit} is right: more ink on blue pixels raises the loss, on orange pixels it lowers the loss.", { digit: shown.gradient.label })
        : t("More ink on blue pixels raises the score of {digit}, on orange pixels it lowers the score.", { digit: shown.gradient.label });
    asPredicted.textContent = image?.test ? t("Use its label") : t("Use the predicted digit");
    asPredicted.hidden = chosen === null || !shown;

    random.textContent = t("A test image");
    earlier.setAttribute("aria-label", t("Previous in the list"));
    later.setAttribute("aria-label", t("Next in the list"));
    const walking = image?.test ? shared.walk : null;
    earlier.hidden = later.hidden = !walking;
    earlier.disabled = !walking?.can(-1);
    later.disabled = !walking?.can(1);
    source.textContent = image?.test ? t("Draw over it to start your own drawing.") : "";
    toGraph.show(shown !== null);
  }

  /** @param {PredictAnswer} shown @param {DigitImage | null} image */
  function verdict({ predicted, probabilities }, image) {
    const step = answeredStep.toLocaleString("en-US");
    if (image?.test && image.test.label !== predicted) {
      return t("Its label {label} gets probability {p}. At step {step}.", { label: image.test.label, p: probabilityText(Number(probabilities[image.test.label])), step });
    }
    return image?.test ? t("It is right. At step {step}.", { step }) : t("At step {step}. Choose a digit above for the gradient.", { step });
  }

  async function takeRandom() {
    const before = shared.current;
    try {
      const { index, label, pixels } = await calls.random();
      // Who has begun to draw meanwhile goes on.
      if (shared.current !== before) return;
      shared.show({ pixels, test: { index, label }, settled: true });
    } catch (problem) {
      if (isAbort(problem)) return;
      error.textContent = /** @type {Error} */ (problem).message;
      error.hidden = false;
    }
  }

  random.addEventListener("click", takeRandom);
  earlier.addEventListener("click", () => shared.walk?.step(-1));
  later.addEventListener("click", () => shared.walk?.step(1));
  asPredicted.addEventListener("click", () => {
    chosen = null;
    show();
    ask();
    bars.element.querySelector("button")?.focus();
  });
  /** @type {DigitImage | null} */
  let seen = null;
  shared.onChange(() => {
    const image = shared.current;
    if (image && image !== seen) {
      if (image.test) {
        pad.showImage(image.pixels);
        if (image.test.index !== seen?.test?.index) chosen = null;
      }
      ask();
    }
    if (!image) one.drop();
    seen = image;
    toGraph.follow();
    show();
  });

  // Predict again with another net, or with the same one some steps later.
  let visible = false;
  let timer = 0;
  const again = () => {
    timer ||= window.setTimeout(() => {
      timer = 0;
      if (visible && !document.hidden && !one.busy && session.current.connection !== "gone") ask();
    }, AGAIN);
  };
  session.on("status", ({ run }) => run === session.current && again());
  session.on("frame", again);
  session.on("current", () => {
    one.drop();
    ask();
  });
  new IntersectionObserver((entries) => {
    visible = entries.some((entry) => entry.isIntersecting);
    if (visible) again();
  }).observe(host);
  store.subscribe(["lang"], show);
  onColourChange(store, () => {
    colours = null;
    show();
  });
  show();
}
