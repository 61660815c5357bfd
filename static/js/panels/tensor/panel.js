/** The tensor of the selection: value and gradient side by side, with statistics and traced elements. */

import { download } from "../../kit/download.js";
import { icon, make, morph } from "../../kit/element.js";
import { ignoreFailedCall } from "../../kit/http.js";
import { indexOf, placeOf, shapeText } from "../../kit/tensor-values.js";
import { tensorFacts } from "./facts.js";
import { createItemPicker } from "./item-picker.js";
import { elementProducts } from "./products.js";
import { createTensorSide } from "./side.js";

/** @typedef {import("../../figure/types.js").App} App */
/** @typedef {import("../../figure/answers.js").Of} Of */
/** @typedef {import("../../figure/answers.js").TensorAnswer} TensorAnswer */
/** @typedef {import("../../figure/answers.js").ProvenanceAnswer} ProvenanceAnswer */
/** @typedef {import("./subject.js").Subject} Subject */
/** @typedef {{row: number, column: number}} Cell */

/** @param {App} app */
export function createTensorPanel(app) {
  const { t } = app;
  const root = make("div", { class: "tensor" });
  const readout = make("div", { class: "readout" });
  const zoomer = (/** @type {string} */ path, /** @type {number} */ factor) => {
    const made = make("button", { type: "button" }, icon(path));
    made.addEventListener("click", () => sides[0]?.zoomBy(factor));
    return made;
  };
  const farther = zoomer("M4 10h12", 1 / 1.6);
  const nearer = zoomer("M10 4v12 M4 10h12", 1.6);
  const lens = make("div", { class: "side-tools" }, farther, nearer);
  const under = make("div", { class: "under-pair" }, readout, lens);
  const products = make("div", { class: "products" });
  const facts = make("div", { class: "facts" });
  /** @type {Subject | null} */
  let subject = null;
  /** @type {Partial<Record<Of, TensorAnswer>>} */
  let answers = {};
  /** Index of the matrix shown, for tensors of more than two axes. */
  let item = 0;
  /** @type {Cell | null} the cell under the pointer */
  let pointed = null;
  /** @type {Cell | null} the cell last chosen by keys or a click */
  let held = null;
  /** @type {ProvenanceAnswer | null} */
  let traced = null;

  const sides = /** @type {const} */ (["value", "grad"]).map((of) =>
    createTensorSide(app, of, {
      onCursor(cell, from) {
        if (from === "pointer") pointed = cell;
        else held = cell;
        showCursor();
        if (from === "keys" && cell) app.announce(readoutText());
      },
      onChoose(cell) {
        if (!subject) return;
        held = cell;
        app.emit("trace", { id: traceId(subject), of, index: indexOf(subject.shape, item, cell.row, cell.column) });
      },
      onViewport: (viewport) => sides.forEach((side) => side.setViewport(viewport)),
    }),
  );
  const pair = make("div", { class: "tensor-pair" }, sides.map((side) => side.element));
  const picker = createItemPicker(t, (next) => {
    item = next;
    show();
  });
  root.append(picker.element, pair, under, products, facts);

  /** Return the id to trace: a layer's own, so that it stays selected; an edge's source. @param {Subject} subject */
  const traceId = ({ id, node }) => (id.includes("->") || id === "@output" ? node : id);

  /** @param {Of} of */
  async function save(of) {
    const id = subject?.ids[of];
    if (!id) return;
    try {
      const file = await app.api.tensorFile(id, of);
      download(`${id.replaceAll(/[^\p{L}\p{N}_.]+/gu, "-")}${of === "grad" ? "-grad" : ""}.npy`, file);
    } catch (error) {
      ignoreFailedCall(error);
    }
  }

  /** @param {Of} of @param {Cell} cell */
  function elementText(of, cell) {
    const side = sides[of === "value" ? 0 : 1];
    return side?.textAt(cell) ?? "—";
  }

  function readoutText() {
    const cell = pointed ?? held;
    if (!cell || !subject) return "";
    const index = indexOf(subject.shape, item, cell.row, cell.column);
    const grad = subject.ids.grad === null ? "" : `, ${t("Gradient")} ${elementText("grad", cell)}`;
    return `[${index.join(", ")}] ${t("Value")} ${elementText("value", cell)}${grad}`;
  }

  function showCursor() {
    const cell = pointed ?? held;
    for (const side of sides) side.setCursor(cell);
    const fresh =
      cell && subject
        ? make(
            "div",
            { class: "readout" },
            make("code", {}, `[${indexOf(subject.shape, item, cell.row, cell.column).join(", ")}]`),
            make("span", { class: "forward" }, elementText("value", cell)),
            make("span", { class: "backward" }, subject.ids.grad === null ? "" : elementText("grad", cell)),
          )
        : make("div", { class: "readout idle muted" }, t("Click an element to see how it is computed."));
    morph(readout, fresh);
  }

  function showFacts() {
    const fresh = make("div", { class: "facts" }, tensorFacts(t, answers));
    morph(facts, fresh);
  }

  function showTrace() {
    const relevant = traced !== null && subject !== null && traced.lights.some(({ id }) => id === subject?.node || id === subject?.id);
    for (const side of sides) {
      side.light(
        relevant && traced
          ? traced.lights.flatMap(({ id, of, cells }, k) => {
              if (of !== side.of || !subject || (id !== subject.node && id !== subject.id)) return [];
              const places = cells.map((index) => placeOf(subject?.shape ?? [], index)).filter((place) => place.item === item);
              return [{ cells: places, kind: k === 0 ? /** @type {const} */ ("traced") : /** @type {const} */ ("maker") }];
            })
          : [],
      );
    }
    products.replaceChildren(...(traced && relevant ? elementProducts(app, traced) : []));
  }

  function show() {
    const current = subject;
    if (!current) return;
    picker.show(current.shape, item);
    sides.forEach((side) => {
      const { of } = side;
      const node = app.graph?.nodes.find(({ id }) => id === current.node);
      const edge = app.graph?.edges.find(({ id }) => id === current.ids[of]);
      side.show({
        shape: current.shape,
        axes: current.axes,
        item,
        name: current.name,
        answer: answers[of] ?? null,
        cells: (of === "grad" && edge ? null : node?.cells?.[of]) ?? null,
        exists: current.ids[of] !== null,
      });
    });
    lens.hidden = sides.every((side) => side.written());
    for (const [button, said] of /** @type {[HTMLElement, string][]} */ ([[nearer, t("Zoom in")], [farther, t("Zoom out")]])) {
      button.setAttribute("aria-label", said);
      button.title = said;
    }
    showCursor();
    showFacts();
    showTrace();
  }

  /** Ask for one side, and return how to show the answer. @param {Of} of @returns {Promise<() => void>} */
  async function askSide(of) {
    const askedFor = subject;
    const id = askedFor?.ids[of];
    if (!askedFor || !id) return () => {};
    const answer = await app.api.tensor(id, of);
    return () => {
      if (subject?.id !== askedFor.id) return;
      answers = { ...answers, [of]: answer };
      show();
    };
  }

  /** @param {Of} of */
  async function fetchSide(of) {
    try {
      const showSide = await askSide(of);
      showSide();
    } catch (error) {
      ignoreFailedCall(error);
    }
  }

  facts.addEventListener("click", ({ target }) => {
    const of = target instanceof Element && target.closest("button")?.getAttribute("data-save");
    if (of) save(/** @type {Of} */ (of));
  });
  app.on("values", () => products.classList.toggle("late", traced !== null));
  app.on("provenance", (answer) => {
    traced = answer;
    products.classList.remove("late");
    if (answer && subject && (answer.id === subject.node || answer.id === subject.id)) {
      const place = placeOf(subject.shape, answer.index);
      item = place.item;
      held = place;
      return show();
    }
    showTrace();
  });

  return {
    element: root,
    /**
     * Show another selection, or the same one after the graph has changed.
     * @param {Subject | null} next
     */
    open(next) {
      const same = next !== null && subject !== null && next.id === subject.id && shapeText(next.shape) === shapeText(subject.shape);
      subject = next;
      if (!same) {
        answers = {};
        item = 0;
        pointed = held = null;
        picker.reset();
        for (const side of sides) side.setViewport(null);
      } else if (next?.ids.grad === null) answers = { value: answers.value };
      if (!next) return;
      show();
      fetchSide("value");
      fetchSide("grad");
    },
    /** Ask for the same tensors with other numbers, and return how to show them. */
    async fetchAgain() {
      const shows = await Promise.all([askSide("value"), askSide("grad")]);
      return () => shows.forEach((showSide) => showSide());
    },
    /** Show the panel in the page's new language. */
    translate() {
      picker.reset();
      show();
    },
  };
}
