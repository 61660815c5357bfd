#!/usr/bin/env bash
# PyTorch 2.13.0: torch.maximum(nan, 1) is NaN and passes the whole upstream gradient to both operands, as minimum does;
# relu(nan) passes it too. At a tie maximum gives half each, so the two gradients at NaN add up to twice the upstream.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0
"$folder/bin/python" -W ignore - <<'PY'
import torch


def gradients(function, *at):
    leaves = [torch.tensor(value, requires_grad=True) for value in at]
    function(*leaves).backward()
    return [leaf.grad.item() for leaf in leaves]


seen = {
    "maximum(nan, 1)": gradients(torch.maximum, float("nan"), 1.0),
    "minimum(nan, 1)": gradients(torch.minimum, float("nan"), 1.0),
    "maximum(1, 1)": gradients(torch.maximum, 1.0, 1.0),
    "relu(nan)": gradients(torch.relu, float("nan")),
}
print("torch", torch.__version__, seen)
assert list(seen.values()) == [[1.0, 1.0], [1.0, 1.0], [0.5, 0.5], [1.0]]
PY
