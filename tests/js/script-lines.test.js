import assert from "node:assert/strict";
import { test } from "node:test";

import { scriptLines } from "../../static/js/script-lines.js";

const PYTHON = `class AddLayer:
    pass

# Inputs
apple = np.float64(100)  # 🍎 apple price

# Layers
mul_layer = MulLayer()

# Forward
price = mul_layer.forward(apple, tax)  # (1)

# Backward
dprice = np.float64(1)
dapple, dtax = mul_layer.backward(dprice)

print("price =", price)
print("dapple =", dapple)
`;

test("layers are imported, numbers are plain, and each line says what it makes from what", () => {
  const lines = scriptLines(PYTHON);
  assert.equal(lines[0]?.text, "from core.layers import AddLayer, MulLayer");
  const told = lines.filter(({ kind }) => kind !== "plain");
  assert.deepEqual(told.map(({ kind, makes, reads }) => [kind, makes, reads]), [
    ["input", ["apple"], []],
    ["forward", ["price"], ["apple", "tax"]],
    ["backward", ["price"], []],
    ["backward", ["apple", "tax"], ["price"]],
    ["print", [], ["price"]],
    ["print", [], ["dapple"]],
  ]);
  assert.equal(told[0]?.text, "apple = 100  # 🍎 apple price");
});
