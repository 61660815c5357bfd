#!/usr/bin/env bash
# tinygrad 0.14.0: two leaves made from equal scalars are one node of the graph. The gradient of a * b by each of two
# tensors that hold 3.0 is 6, the sum of both, not 3; one-element lists, or unequal scalars, give 3.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check tinygrad==0.14.0
DEV=PYTHON "$folder/bin/python" - <<'PY'
from importlib.metadata import version

from tinygrad import Tensor, dtypes


def gradients(a, b):
    x, y = Tensor(a, dtype=dtypes.float32), Tensor(b, dtype=dtypes.float32)
    grads = (x * y).sum().gradient(x, y)
    return [(each + Tensor([0.0])).tolist()[0] for each in grads], x.uop is y.uop


seen = {str(pair): gradients(*pair) for pair in ((3.0, 3.0), (3.0, 4.0), ([3.0], [3.0]))}
print("tinygrad", version("tinygrad"), seen)
assert seen["(3.0, 3.0)"] == ([6.0, 6.0], True)
assert seen["(3.0, 4.0)"] == ([4.0, 3.0], False)
assert seen["([3.0], [3.0])"] == ([3.0, 3.0], False)
PY
