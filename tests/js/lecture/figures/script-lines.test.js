import assert from "node:assert/strict";
import { test } from "node:test";

import { base, scriptLines, withValue } from "../../../../static/js/lecture/figures/script-lines.js";

const SCRIPT = `from chainrule import AddLayer, MulLayer

apple = 100
discount = 1.1

# layers
mul_layer = MulLayer()

price = mul_layer.forward(apple, discount)  # (1)

dprice = 1
dapple, ddiscount = mul_layer.backward(dprice) #(1)

print(price)  # 110
print(dapple, ddiscount)`;

test("each line says what it makes from what", () => {
  const told = scriptLines(SCRIPT).filter(({ kind }) => kind !== "plain");
  assert.deepEqual(told.map(({ kind, makes, reads }) => [kind, makes, reads]), [
    ["input", ["apple"], []],
    ["input", ["discount"], []],
    ["forward", ["price"], ["apple", "discount"]],
    ["backward", ["price"], []],
    ["backward", ["apple", "discount"], ["price"]],
    ["print", [], ["price"]],
    ["print", [], ["dapple", "ddiscount"]],
  ]);
});

test("no line of the script is lost or changed", () => {
  assert.equal(scriptLines(SCRIPT).map(({ text }) => text).join("\n"), SCRIPT);
});

test("an input's line shows the number that stands there now, and keeps its comment", () => {
  assert.equal(withValue("apple = 100  # won", 130), "apple = 130  # won");
});

test("a gradient is named after what it is the gradient of", () => {
  assert.equal(base("dapple"), "apple");
});
