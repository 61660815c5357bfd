/** The panel of a saved page: what it says of one part, and the findings. */

import { make, makeSvg } from "../kit/element.js";

/** @typedef {import("./types.js").Data} Data */
/** @typedef {import("./types.js").Part} Part */
/** @typedef {import("./types.js").ShownTensor} ShownTensor */

/** Width and height of a histogram and of the curve over depth. */
const CHART = { width: 280, height: 64, depth: 120 };

/** @param {[string, string][]} rows */
const table = (rows) =>
  make("dl", { class: "facts" }, rows.flatMap(([label, text]) => [make("dt", {}, label), make("dd", {}, text)]));

/** @param {NonNullable<ShownTensor["histogram"]>} histogram @param {string} way */
function bars({ low, high, counts }, way) {
  const most = Math.max(...counts, 1);
  const step = CHART.width / counts.length;
  const drawn = counts.map((count, at) => {
    const height = (CHART.height * count) / most;
    return makeSvg("rect", { x: at * step, y: CHART.height - height, width: Math.max(step - 1, 1), height });
  });
  return make(
    "figure",
    { class: `histogram ${way}` },
    makeSvg("svg", { viewBox: `0 0 ${CHART.width} ${CHART.height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, drawn),
    make("figcaption", {}, make("span", {}, low), make("span", {}, high)),
  );
}

/** @param {ShownTensor} tensor @param {Data} data */
function tensorParts(tensor, data) {
  /** @type {HTMLElement[]} */
  const parts = [make("h3", { class: tensor.way === "grad" ? "backward" : "forward" }, tensor.label)];
  if (tensor.cells) {
    parts.push(make("table", { class: `elements ${tensor.way}` }, make("tbody", {}, tensor.cells.map((row) => make("tr", {}, row.map((text) => make("td", {}, text)))))));
  } else if (tensor.image !== null && tensor.image !== undefined) {
    const [height, width] = tensor.pixels ?? [1, 1];
    const scale = Math.max(1, Math.min(10, Math.floor(CHART.width / width), Math.floor(160 / height)));
    parts.push(make("img", { class: "tile", src: data.images[tensor.image] ?? "", width: width * scale, height: height * scale, alt: tensor.label }));
  }
  parts.push(table(tensor.rows));
  if (tensor.histogram) parts.push(bars(tensor.histogram, tensor.way));
  return make("section", {}, parts);
}

/**
 * @param {Part} part
 * @param {Data} data
 * @param {(id: string) => void} goTo
 * @param {HTMLElement[]} more
 */
export function partPanel(part, data, goTo, more) {
  const panel = make("div", {}, make("h2", {}, part.title), part.sub ? make("p", { class: "muted" }, part.sub) : null);
  panel.append(...more);
  if (part.rows?.length) panel.append(table(part.rows));
  if (part.code) panel.append(make("p", { class: "code" }, make("span", { class: "muted" }, part.code.place), make("code", {}, part.code.text)));
  for (const formula of part.formulas ?? []) {
    const place = make("div", { class: "math" });
    place.innerHTML = formula; // MathML that our own converter made
    panel.append(place);
  }
  for (const note of part.notes ?? []) panel.append(make("p", { class: "note" }, note));
  if (part.sums?.rows.length) {
    panel.append(
      make(
        "section",
        {},
        make("h3", { class: "backward" }, part.sums.title),
        make(
          "ul",
          { class: "sums-back" },
          part.sums.rows.map(([id, text, share]) => {
            const button = make("button", { type: "button", class: "link" }, id);
            button.addEventListener("click", () => goTo(id));
            const bar = make("span", { class: "share" });
            bar.style.width = `${Math.round(100 * share)}%`;
            return make("li", {}, button, make("span", {}, text), bar);
          }),
        ),
      ),
    );
  }
  for (const tensor of part.tensors ?? []) panel.append(tensorParts(tensor, data));
  return panel;
}

/** @param {NonNullable<import("./types.js").Finding["curve"]>} curve @param {(id: string) => void} goTo */
function depthCurve(curve, goTo) {
  const sizes = curve.flatMap(({ gradient, value }) => [gradient ?? 0, value ?? 0]).filter((size) => size > 0);
  const [low, high] = [Math.log10(Math.min(...sizes)), Math.log10(Math.max(...sizes))];
  const room = Math.max(high - low, 1);
  const step = CHART.width / Math.max(curve.length - 1, 1);
  /** @param {number | null} size */
  const height = (size) => (size === null || size <= 0 ? CHART.depth - 4 : 4 + ((CHART.depth - 8) * (high - Math.log10(size))) / room);
  /** @param {"gradient" | "value"} of */
  const line = (of) => curve.map((point, at) => `${at ? "L" : "M"}${(at * step).toFixed(1)},${height(point[of]).toFixed(1)}`).join("");
  const dots = curve.map((point, at) => {
    const dot = makeSvg("circle", { cx: at * step, cy: height(point.gradient), r: curve.length > 20 ? 2.5 : 4, class: "backward-dot" }, makeSvg("title", {}, point.label));
    dot.addEventListener("click", () => goTo(point.id));
    return dot;
  });
  return make(
    "figure",
    { class: "depth" },
    makeSvg("svg", { viewBox: `-6 0 ${CHART.width + 12} ${CHART.depth}` }, makeSvg("path", { class: "value-line", d: line("value") }), makeSvg("path", { class: "gradient-line", d: line("gradient") }), dots),
    make("figcaption", {}, make("span", {}, (10 ** low).toPrecision(2)), make("span", {}, (10 ** high).toPrecision(2))),
  );
}

/** @param {Data} data @param {(id: string) => void} goTo */
export function findingsPanel(data, goTo) {
  const panel = make("div", {}, make("h2", {}, data.title), make("p", { class: "muted" }, data.sub));
  for (const finding of data.findings) {
    const lines = finding.lines.map(({ text, id }) => {
      if (!id) return make("li", {}, text);
      const button = make("button", { type: "button", class: "link" }, text);
      button.addEventListener("click", () => goTo(id));
      return make("li", {}, button);
    });
    panel.append(
      make(
        "section",
        { class: finding.wrong ? "wrong-finding" : "" },
        make("h3", {}, finding.title),
        make("ul", {}, lines),
        finding.curve?.length ? depthCurve(finding.curve, goTo) : null,
      ),
    );
  }
  return panel;
}
