import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { curlCommand, shellWord } from "../../../static/js/panels/curl-command.js";

const PLAIN = { program: "x = 1\ny = x * 2", inputs: {}, seed: 1, mistakes: [] };
const content = (/** @type {string} */ command) => {
  // The shell itself says what curl would be given.
  const words = execFileSync("sh", ["-c", command.replace("curl", "printf '%s\\0'")], { encoding: "utf8" }).split("\0");
  return JSON.parse(words[words.indexOf("-d") + 1] ?? "");
};

test("what is at its default is left out", () => {
  assert.deepEqual(content(curlCommand("http://host", PLAIN)), { program: PLAIN.program });
});

test("everything else is there, quotes and line ends too", () => {
  const body = {
    program: "x = 1  # it's \"x\" $HOME `ls` 사과 🍎\ny = x * 2",
    inputs: { x: 130 },
    seed: 1.3,
    mistakes: ["mul.not_swapped"],
  };
  assert.deepEqual(content(curlCommand("http://host", body)), body);
});

test("a quote in a word does not end it", () => {
  assert.equal(execFileSync("sh", ["-c", `printf %s ${shellWord("a'b\\c")}`], { encoding: "utf8" }), "a'b\\c");
});
