#!/usr/bin/env bash
# PaddlePaddle 3.3.1 on the CPU: the gradient of prod([2, 0, 3]) is [0, nan, 0], where 6 is right; it divides the product
# by the element. autograd 1.9.1 does the same. The value itself is right, and nothing warns.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check paddlepaddle==3.3.1 autograd==1.9.1
"$folder/bin/python" -W ignore - <<'PY'
from importlib.metadata import version

import autograd
import autograd.numpy as anp
import paddle

x = paddle.to_tensor([2.0, 0.0, 3.0], stop_gradient=False)
y = paddle.prod(x)
y.backward()
seen = {"paddle": x.grad.tolist(), "autograd": autograd.grad(anp.prod)(anp.array([2.0, 0.0, 3.0])).tolist()}
print("paddle", paddle.__version__, "autograd", version("autograd"), float(y), seen)
assert float(y) == 0.0
assert all(str(value) == "[0.0, nan, 0.0]" for value in seen.values())
PY
