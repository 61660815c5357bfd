#!/usr/bin/env bash
# PyTorch 2.13.0: copy.deepcopy of an uninitialized LazyBatchNorm or LazyInstanceNorm raises ValueError, while all other
# lazy modules copy: UninitializedParameter has a __deepcopy__, UninitializedBuffer (running_mean) has none.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0
"$folder/bin/python" -W ignore - <<'PY'
import copy

import torch
from torch import nn


def copies(module):
    try:
        return copy.deepcopy(module) is not module
    except ValueError:
        return False


seen = {
    "LazyLinear": copies(nn.LazyLinear(2)),
    "LazyBatchNorm1d, no statistics": copies(nn.LazyBatchNorm1d(track_running_stats=False)),
    "LazyBatchNorm1d": copies(nn.LazyBatchNorm1d()),
}
print("torch", torch.__version__, seen)
assert list(seen.values()) == [True, True, False]
PY
