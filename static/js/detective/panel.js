/** What stands below a case's picture: the selected node, the log of checks, the verdict. */

import { make } from "../kit/element.js";
import { cellText, numberText } from "../kit/number-text.js";

/** @typedef {import("../kit/types.js").Translate} Translate */
/** @typedef {import("../kit/types.js").Language} Language */
/** @typedef {import("./api.js").Case} Case */
/** @typedef {import("./api.js").Checked} Checked */
/** @typedef {import("./api.js").Nested} Nested */
/** @typedef {import("./api.js").Verdict} Verdict */

/** @param {Case} open @param {string} id */
export function nameOf({ suspects }, id) {
  const word = suspects.find((suspect) => suspect.id === id)?.word;
  return word && word !== id ? `${id} (${word})` : id;
}

/** Return one element of a number or nested lists. @param {Nested} value @param {readonly number[]} at */
export const elementOf = (value, at) => /** @type {number} */ (at.reduce((part, k) => /** @type {any} */ (part)[k], value));

/**
 * @param {Translate} t
 * @param {Language} lang
 * @param {{open: Case, checks: readonly Checked[], verdict: Verdict | null, node: string | null, kind: string | null}} state
 */
export function casePanel(t, lang, { open, checks, verdict, node, kind }) {
  const suspect = open.suspects.find(({ id }) => id === node);
  const checked = checks.find((check) => check.node === node);
  const choice = make(
    "select",
    { "data-choice": "node", id: "detective-node" },
    make("option", { value: "", selected: node === null }, t("Choose a node")),
    open.nodes.map((id) => make("option", { value: id, selected: id === node }, nameOf(open, id))),
  );
  return make(
    "div",
    { class: "case-panel" },
    verdict && verdictPart(t, lang, open, verdict),
    make(
      "div",
      { class: "case-actions" },
      make("label", { for: "detective-node" }, t("Node")),
      choice,
      !verdict &&
        make("button", { type: "button", class: "boxed", "data-action": "check", disabled: node === null || checked !== undefined }, t("Check numerically")),
      !verdict && open.named && suspect && kindChoice(t, lang, suspect, kind),
      !verdict &&
        make(
          "button",
          { type: "button", class: "boxed", "data-action": "accuse", disabled: !suspect || (open.named && kind === null) },
          node === null ? t("Accuse") : t("Accuse {name}", { name: nameOf(open, node) }),
        ),
    ),
    !verdict && node !== null && !suspect && make("p", { class: "muted" }, t("An input has no backward rule; its gradient can be checked.")),
    make(
      "p",
      { class: "case-count" },
      make("strong", {}, t("Checks: {n}", { n: checks.length })),
      " ",
      make("span", { class: "muted" }, t("bisection needs at most {n}", { n: open.par })),
    ),
    checks.length > 0 && logTable(t, open, checks),
    checked && checked.where.length > 0 && bothTensors(t, open, checked),
  );
}

/** @param {Translate} t @param {Language} lang @param {import("./api.js").Suspect} suspect @param {string | null} kind */
const kindChoice = (t, lang, { kinds }, kind) =>
  make(
    "select",
    { "data-choice": "kind", "aria-label": t("Which mistake") },
    make("option", { value: "", selected: kind === null }, t("Which mistake?")),
    kinds.map(({ name, title }) => make("option", { value: name, selected: name === kind }, title[lang])),
  );

/** @param {Translate} t @param {Case} open @param {readonly Checked[]} checks */
function logTable(t, open, checks) {
  const heads = [t("Node"), t("Shown"), t("Numerical"), t("Verdict of the check")];
  return make(
    "div",
    { class: "table-scroll" },
    make(
      "table",
      { class: "figure-table case-log" },
      make("thead", {}, make("tr", {}, heads.map((head, k) => make("th", { scope: "col", class: k === 1 || k === 2 ? "number" : null }, head)))),
      make(
        "tbody",
        {},
        checks.map(({ node, agrees, shown, numerical, where }) =>
          make(
            "tr",
            { "data-key": node, "data-agrees": String(agrees) },
            make("th", { scope: "row" }, nameOf(open, node), where.length > 0 && make("span", { class: "muted" }, ` [${where.join(", ")}]`)),
            make("td", { class: "number" }, numberText(elementOf(shown, where))),
            make("td", { class: "number" }, numberText(elementOf(numerical, where))),
            make("td", {}, make("span", { class: "verdict-sign", "aria-hidden": "true" }, agrees ? "✓" : "✗"), agrees ? t("agrees") : t("differs")),
          ),
        ),
      ),
    ),
  );
}

/** All elements of a checked tensor, shown beside numerical. @param {Translate} t @param {Case} open @param {Checked} checked */
function bothTensors(t, open, { node, shown, numerical, where }) {
  const worst = String(where);
  const rows = (/** @type {Nested} */ value) => /** @type {Nested[][]} */ (where.length > 1 ? value : [value]);
  const table = (/** @type {string} */ title, /** @type {Nested} */ value) =>
    make(
      "table",
      { class: "figure-table case-tensor" },
      make("caption", {}, title),
      make(
        "tbody",
        {},
        rows(value).map((row, i) =>
          make("tr", {}, row.map((item, j) => make("td", { class: String(where.length > 1 ? [i, j] : [j]) === worst ? "number worst" : "number" }, cellText(/** @type {number} */ (item))))),
        ),
      ),
    );
  return make(
    "div",
    { class: "table-scroll case-tensors", tabindex: 0, role: "group", "aria-label": t("All elements of {name}", { name: nameOf(open, node) }) },
    table(t("Shown"), shown),
    table(t("Numerical"), numerical),
  );
}

/** @param {Translate} t @param {Language} lang @param {Case} open @param {Verdict} verdict */
const verdictPart = (t, lang, open, { verdict, truth, accused, checks, par, points }) =>
  make(
    "div",
    { class: "case-verdict", "data-verdict": verdict },
    make(
      "p",
      { class: "verdict-line" },
      make("span", { class: "verdict-sign", "aria-hidden": "true" }, { found: "✓", place: "≈", wrong: "✗" }[verdict]),
      make("strong", {}, verdictText(t, open, { verdict, accused })),
    ),
    make("p", {}, t("The broken rule is that of {name}: {mistake}.", { name: nameOf(open, truth.node), mistake: truth.title[lang] }), " ", truth.advice[lang]),
    make("p", { class: "muted" }, t("{checks} checks, bisection needs at most {par}: {points} of 10 points.", { checks, par, points })),
  );

/** @param {Translate} t @param {Case} open @param {Pick<Verdict, "verdict" | "accused">} end */
export function verdictText(t, open, { verdict, accused }) {
  const name = nameOf(open, accused);
  if (verdict === "found") return t("Found: it was {name}.", { name });
  return verdict === "place" ? t("It was {name}, but with another mistake.", { name }) : t("{name} works as it should.", { name });
}
