/** Sections of an explanation on how a gradient is composed: local derivatives, sum over edges, paths. */

import { make } from "../kit/element.js";
import { formulaLine } from "../kit/formula.js";
import { both, createExplanationParts, section } from "./explanation-parts.js";

/** @typedef {import("../kit/types.js").Formula} Formula */
/** @typedef {import("../figure/answers.js").Explanation} Explanation */

/** @param {import("../figure/types.js").App} app */
export function createGradientSections(app) {
  const { t } = app;
  const { nameOf, link, folded } = createExplanationParts(app);

  /** Create a formula with shapes under its factors. @param {Formula} formula */
  function dimensions(formula) {
    const line = formulaLine(formula);
    line.classList.add("dimensions");
    return line;
  }

  /** Whether a group is an affine layer, whose three gradients the book numbers. @param {string} id */
  const isAffine = (id) => app.graph?.groups.find((group) => group.id === id)?.op === "affine";

  /** @param {number} k from 0 */
  const boxed = (k) => make("span", { class: "boxed-digit" }, k + 1);

  /** @param {Explanation} answer */
  function closedSection({ id, closed = [] }) {
    if (closed.length === 0) return null;
    return section(
      t("Closed and opened"),
      make(
        "ul",
        { class: "rows" },
        closed.map(({ source, formula, difference_text: difference }, k) =>
          make(
            "li",
            { "data-key": source },
            make("span", {}, isAffine(id) && boxed(k), link(source)),
            make(
              "div",
              {},
              formulaLine(formula),
              make("p", { class: "muted difference" }, t("differs from the opened layer by {difference}", { difference })),
            ),
          ),
        ),
      ),
    );
  }

  /** @param {Explanation} answer @param {boolean} tensor */
  function localSection({ id, locals, closed = [] }, tensor) {
    if (locals.length === 0) return null;
    return section(
      tensor || closed.length > 0 ? t("Gradients sent back along each edge") : t("Local derivatives"),
      folded(
        locals.map(({ edge, source, target, symbols, numbers, shapes }, k) =>
          make(
            "li",
            { "data-key": edge, "data-light": edge },
            locals.length > 1 &&
              make(
                "span",
                {},
                isAffine(id) && boxed(k),
                link(edge, source === id ? `→ ${nameOf(target)}` : nameOf(source)),
              ),
            make("div", {}, both({ symbols, numbers }), shapes && dimensions(shapes)),
          ),
        ),
        (rows) => make("ul", { class: "rows" }, rows),
      ),
    );
  }

  /** @param {Explanation} answer */
  function sumSection({ sum, grad_text, kind }) {
    if (kind === "edge" || sum.length < 2) return null;
    return section(
      t("Sum over outgoing edges"),
      make("p", { class: "muted" }, t("The value is used {n} times, so its gradients are added.", { n: sum.length })),
      folded(
        sum.map(({ edge, target, grad_text: text }) =>
          make(
            "tr",
            { "data-key": edge, "data-light": edge },
            make("th", { scope: "row" }, link(edge, t("from {name}", { name: nameOf(target) }))),
            make("td", { class: "backward" }, text ?? "—"),
          ),
        ),
        (rows) => make("table", { class: "sums" }, make("tbody", {}, rows)),
      ),
      make("p", { class: "total" }, make("span", {}, t("Sum")), make("span", { class: "backward" }, grad_text ?? "—")),
    );
  }

  /** Return what stands on the picture for a part of a path: of a box its function. @param {string} id */
  const onTheWay = (id) => app.graph?.groups.find((group) => group.id === id)?.name ?? nameOf(id);

  /** @param {Explanation} answer */
  function pathSection({ paths }) {
    if (!paths || paths.items.length === 0) return null;
    const { items, count, shown, sum_text, note } = paths;
    return section(
      t("Chain rule along each path"),
      make(
        "ol",
        { class: "paths" },
        items.map(({ nodes, formula, product_text }) =>
          make(
            "li",
            { "data-key": nodes.join(" "), "data-light": nodes.join(" "), tabindex: 0 },
            make(
              "div",
              { class: "path" },
              make("span", {}, nodes.map(onTheWay).join(" → ")),
              items.length > 1 && make("span", { class: "backward" }, product_text),
            ),
            formulaLine(formula),
          ),
        ),
      ),
      note && make("p", { class: "muted" }, note),
      typeof count === "number" && count > shown && make("p", { class: "muted" }, t("Showing {shown} of {count} paths.", { shown, count })),
      items.length > 1 && sum_text !== null && !note &&
        make("p", { class: "total" }, make("span", {}, t("Sum of the paths")), make("span", { class: "backward" }, sum_text)),
    );
  }

  return { closedSection, localSection, sumSection, pathSection };
}
