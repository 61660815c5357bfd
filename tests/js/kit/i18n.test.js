import assert from "node:assert/strict";
import { test } from "node:test";
import { createTranslator } from "../../../static/js/kit/i18n.js";

/** @type {"ko" | "en"} */
let language = "ko";
const t = createTranslator({ ko: { "Line {line}": "{line}번째 줄" }, en: {} }, () => language);

test("a message follows the language of the moment", () => {
  language = "ko";
  assert.equal(t("Line {line}", { line: 3 }), "3번째 줄");
  language = "en";
  assert.equal(t("Line {line}", { line: 3 }), "Line 3");
});

test("a message without a translation stays English, a hole without a value stays", () => {
  language = "ko";
  assert.equal(t("New"), "New");
  assert.equal(t("Line {line}"), "{line}번째 줄");
});

test("a value is put in as it is, even if it looks like a hole or a pattern", () => {
  language = "en";
  assert.equal(t("Line {line}", { line: "{line}$&" }), "Line {line}$&");
});
