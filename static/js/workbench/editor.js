/** The program editor: CodeMirror with the page's colours, completions and error marks. */

import {
  EditorState,
  EditorView,
  Decoration,
  HighlightStyle,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  defaultKeymap,
  drawSelection,
  highlightSpecialChars,
  indentOnInput,
  indentUnit,
  keymap,
  lineNumbers,
  python,
  setDiagnostics,
  StateEffect,
  StateField,
  syntaxHighlighting,
  tags,
  Compartment,
  placeholder,
} from "../../vendor/codemirror.js";
import { assignedNames, callChoices, isWholeName } from "./completions.js";
import { showProblem } from "./problem.js";
import { reveal } from "./sheet.js";
import { columnOffset, textChange } from "./text-change.js";

/** @typedef {import("../figure/types.js").App} App */
/** @typedef {import("../kit/types.js").Problem} Problem */

// Numbers have the colour of forward values; nothing else is coloured.
const inks = HighlightStyle.define([
  { tag: tags.comment, color: "var(--muted)" },
  { tag: tags.number, color: "var(--forward)" },
  { tag: [tags.keyword, tags.definitionKeyword, tags.controlKeyword], fontWeight: "600" },
]);

/** @typedef {import("../../vendor/codemirror.js").DecorationSet} DecorationSet */

/** @type {import("../../vendor/codemirror.js").StateEffectType<number | null>} */
const setMarkedLine = StateEffect.define();
/** @type {import("../../vendor/codemirror.js").StateField<DecorationSet>} */
const markedLine = StateField.define({
  create: () => Decoration.none,
  update(marks, transaction) {
    for (const effect of transaction.effects) {
      if (effect.is(setMarkedLine)) {
        const line = effect.value;
        if (line === null || line < 1 || line > transaction.state.doc.lines) return Decoration.none;
        const at = transaction.state.doc.line(line).from;
        return Decoration.set([Decoration.line({ class: "cm-selected-node" }).range(at)]);
      }
    }
    return marks.map(transaction.changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * @param {App} app
 * @param {object} hooks
 * @param {() => void} hooks.typed called before a change that comes from typing
 * @param {() => void} hooks.undo
 * @param {() => void} hooks.redo
 * @param {Problem | null} hooks.problem the problem at this moment
 */
export function mountEditor(app, { typed, undo, redo, problem }) {
  const { store, t } = app;
  const place = /** @type {HTMLElement} */ (document.getElementById("editor"));
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute("content") ?? "";
  const naming = new Compartment();
  let fromOutside = false;

  const name = () =>
    EditorView.contentAttributes.of({ "aria-label": t("Program"), "aria-describedby": "problem", spellcheck: "false" });

  /** @type {import("../../vendor/codemirror.js").CompletionSource} */
  const complete = async (context) => {
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
    if (!word && !context.explicit) return null;
    const line = context.state.doc.lineAt(context.pos);
    if (line.text.slice(0, context.pos - line.from).includes("#")) return null;
    const isWhole = (/** @type {string} */ text) =>
      !context.explicit && word !== null && isWholeName(editor.state.doc.toString(), word.from, text);
    if (word && isWhole(word.text)) return null;
    const calls = callChoices(await catalogue(), store.get("lang"));
    const names = assignedNames(context.state.doc.toString(), word?.text ?? "");
    return {
      from: word ? word.from : context.pos,
      options: [...names.map((label) => ({ label, type: "variable" })), ...calls],
      validFor: (text) => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text) && !isWhole(text),
    };
  };

  /** @type {Promise<import("../figure/answers.js").Catalogue> | null} */
  let loading = null;
  /** @returns {Promise<import("../figure/answers.js").Catalogue>} */
  function catalogue() {
    loading ??= app.api.ops().catch(() => {
      loading = null;
      return { ops: [], composites: [], mistakes: [] };
    });
    return loading;
  }

  const editor = new EditorView({
    parent: place,
    state: EditorState.create({
      doc: store.get("program"),
      extensions: [
        EditorView.cspNonce.of(nonce),
        lineNumbers(),
        highlightSpecialChars(),
        drawSelection(),
        indentOnInput(),
        indentUnit.of("    "),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [complete], icons: false }),
        python(),
        syntaxHighlighting(inks),
        markedLine,
        placeholder("price = 100 * 2"),
        EditorView.lineWrapping,
        naming.of(name()),
        keymap.of([
          { key: "Mod-z", run: () => (undo(), true), preventDefault: true },
          { key: "Mod-y", run: () => (redo(), true), preventDefault: true },
          { key: "Mod-Shift-z", run: () => (redo(), true), preventDefault: true },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...defaultKeymap,
        ]),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || fromOutside) return;
          typed();
          app.edit({ program: update.state.doc.toString() }, "typing");
        }),
      ],
    }),
  });

  store.subscribe(["program"], ({ program }) => {
    const change = textChange(editor.state.doc.toString(), program);
    if (!change) return;
    fromOutside = true;
    editor.dispatch({ changes: change });
    fromOutside = false;
  });

  store.subscribe(["lang"], () => editor.dispatch({ effects: naming.reconfigure(name()) }));

  function markSelected() {
    const id = store.get("selected");
    const graph = app.graph;
    const edge = graph?.edges.find((item) => item.id === id);
    const group = graph?.groups.find((item) => item.id === id);
    const node = graph?.nodes.find((item) => item.id === (edge?.target ?? group?.output ?? id));
    editor.dispatch({ effects: setMarkedLine.of(node?.line ?? null) });
  }
  store.subscribe(["selected"], markSelected);
  app.on("graph", markSelected);

  /** @param {number} line @param {number} column */
  function goTo(line, column) {
    const at = editor.state.doc.line(Math.min(line, editor.state.doc.lines));
    place.closest("details")?.setAttribute("open", "");
    reveal(place);
    editor.dispatch({ selection: { anchor: at.from + columnOffset(at.text, column) }, scrollIntoView: true });
    editor.focus();
  }

  /** The text that the problem shown is about. */
  let about = "";

  /** @param {import("../kit/types.js").Fix} fix */
  function putIn({ edits }) {
    const { doc } = editor.state;
    // While the next answer is on its way, the fix is one of another text.
    if (doc.toString() !== about) return;
    const changes = edits.map(({ line, column, end_column: end, text }) => {
      const at = doc.line(line);
      return { from: at.from + columnOffset(at.text, column), to: at.from + columnOffset(at.text, end), insert: text };
    });
    editor.dispatch({ changes });
    editor.focus();
  }

  /** @param {Problem | null} newest */
  function showNewest(newest) {
    about = editor.state.doc.toString();
    editor.dispatch(setDiagnostics(editor.state, newest ? diagnostics(editor.state.doc, newest) : []));
    showProblem(newest, app, goTo, putIn);
  }
  app.on("problem", showNewest);
  markSelected();
  showNewest(problem);
  return { goTo, focus: () => editor.focus() };
}

/**
 * @param {import("../../vendor/codemirror.js").Text} doc
 * @param {Problem} problem
 * @returns {import("../../vendor/codemirror.js").Diagnostic[]}
 */
function diagnostics(doc, problem) {
  if (!problem.line || problem.line > doc.lines) return [];
  const line = doc.line(problem.line);
  const from = line.from + columnOffset(line.text, problem.column ?? 1);
  const end = line.from + columnOffset(line.text, problem.end_column ?? (problem.column ?? 1) + 1);
  const to = Math.min(line.to, Math.max(from + 1, end));
  return [{ from: Math.min(from, to), to, severity: "error", message: [problem.detail, problem.hint ?? ""].join("\n").trim() }];
}
