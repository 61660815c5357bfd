/** CodeMirror with Python, as one module: static/vendor/codemirror.js. */
export * from "@codemirror/state";
export * from "@codemirror/view";
export * from "@codemirror/commands";
export * from "@codemirror/language";
export * from "@codemirror/lang-python";
export * from "@codemirror/lint";
export * from "@codemirror/autocomplete";
export * from "@codemirror/search";
export { tags } from "@lezer/highlight";
