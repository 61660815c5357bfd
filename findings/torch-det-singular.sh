#!/usr/bin/env bash
# PyTorch 2.13.0: the gradient of the determinant of a singular matrix depends on create_graph. [[1, 2], [2, 4]] gives
# zeros by a plain backward, and the right adjugate [[4, -2], [-2, 1]] with create_graph=True.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0
"$folder/bin/python" -W ignore - <<'PY'
import torch

x = torch.tensor([[1.0, 2.0], [2.0, 4.0]], dtype=torch.float64, requires_grad=True)
seen = {
    create: torch.autograd.grad(torch.det(x), x, create_graph=create)[0].detach().round(decimals=9).tolist()
    for create in (False, True)
}
print("torch", torch.__version__, {f"create_graph={key}": value for key, value in seen.items()})
assert torch.allclose(torch.tensor(seen[False]), torch.zeros(2, 2))
assert torch.allclose(torch.tensor(seen[True]), torch.tensor([[4.0, -2.0], [-2.0, 1.0]]))
PY
